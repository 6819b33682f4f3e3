import type { AuthDict, UIAuthCallback } from 'matrix-js-sdk/lib/interactive-auth.js';
import { Failure } from '../../failure.ts';
import { Cell } from '../../live.ts';
import type { RecoveryPort } from '../../ports.ts';
import type { Recovery as State } from '../../values.ts';
import type { Credentials } from '../store/database.ts';
import type { AccountData } from '../sync/account-data.ts';
import type { Crypto } from './crypto.ts';
import { failureOf } from './failure-of.ts';
import type { CryptoSlot } from './slot.ts';

/** ms for the keys of a history to be put away; what takes longer goes on behind. */
export const patience = 15_000;

export class Recovery implements RecoveryPort {
  readonly #state = new Cell<State>({ state: 'starting' });
  readonly #slot: CryptoSlot;
  readonly #accountData: AccountData;
  readonly #credentials: Credentials;
  readonly #life: AbortSignal;
  /** Keys that are not in the backup yet, as far as was counted. */
  #left = 0;
  #isRestoring = false;

  constructor(slot: CryptoSlot, accountData: AccountData, credentials: Credentials, life: AbortSignal) {
    this.#slot = slot;
    this.#accountData = accountData;
    this.#credentials = credentials;
    this.#life = life;
    const stop = accountData.onChange(({ type }) => {
      if (type === 'm.secret_storage.default_key') void this.look();
    });
    life.addEventListener('abort', stop, { once: true });
  }

  state(): Cell<State> {
    return this.#state;
  }

  /** Finds out where recovery stands; runs when the crypto is up, after its first sync, and after each step. */
  async look(): Promise<void> {
    try {
      const crypto = await this.#slot.ready;
      const { backend } = crypto;
      const { id, device } = this.#credentials;
      // Who is told that it has started can be written to: her keys are at the zone.
      if (this.#state.current?.state === 'starting') await crypto.introduce();
      if (!this.#accountData.get('m.secret_storage.default_key')?.key) return this.#show({ state: 'missing' });
      const [status, backup, own] = await Promise.all([
        backend.getCrossSigningStatus(),
        backend.getActiveSessionBackupVersion(),
        backend.getDeviceVerificationStatus(id, device)
      ]);
      const ready = status.privateKeysCachedLocally.selfSigningKey && backup !== null && own?.signedByOwner;
      const wasLocked = this.#state.current?.state === 'locked';
      this.#show(ready ? { state: 'ready', left: this.#left } : { state: 'locked' });
      // Let in by another device, which has given the key of the backup.
      if (ready && wasLocked && !this.#isRestoring) void this.#bringBack();
    } catch (thrown) {
      const failure = Failure.from(thrown);
      console.warn('recovery:', failure.message);
      this.#show({ state: 'failed', reason: failure.reason });
    }
  }

  /** Looked at after each sync, it seldom changes. */
  #show(state: State): void {
    if (JSON.stringify(state) !== JSON.stringify(this.#state.current)) this.#state.set(state);
  }

  async setUp(password: string): Promise<{ key: string }> {
    const crypto = await this.#slot.ready;
    const authenticate = this.#authenticate(password) as UIAuthCallback<void>;
    try {
      await crypto.backend.bootstrapCrossSigning({ authUploadDeviceSigningKeys: authenticate });
      const made = await crypto.backend.createRecoveryKeyFromPassphrase();
      await crypto.backend.bootstrapSecretStorage({
        createSecretStorageKey: async () => made,
        setupNewSecretStorage: true,
        setupNewKeyBackup: true
      });
      await crypto.backend.crossSignDevice(this.#credentials.device);
      if (!made.encodedPrivateKey) throw new Failure('unexpected', 'the recovery key has no readable form');
      await this.#settled(crypto);
      // Another device that is let in within seconds shall find all that there is.
      if ((await this.putAway(patience)) > 0) void this.#goOn();
      return { key: made.encodedPrivateKey };
    } catch (thrown) {
      throw authenticationFailure(thrown);
    } finally {
      crypto.keyBox.key = null;
      await this.look();
    }
  }

  async restore(key: string): Promise<{ restored: number }> {
    const crypto = await this.#slot.ready;
    crypto.keyBox.key = await crypto.checkRecoveryKey(key);
    this.#isRestoring = true;
    try {
      await crypto.backend.bootstrapCrossSigning({});
      await crypto.backend.crossSignDevice(this.#credentials.device);
      await crypto.backend.loadSessionBackupPrivateKeyFromSecretStorage();
      const { imported } = await crypto.backend.restoreKeyBackup();
      await crypto.backend.checkKeyBackupAndEnable();
      await this.#settled(crypto);
      return { restored: imported };
    } catch (thrown) {
      throw failureOf(thrown);
    } finally {
      crypto.keyBox.key = null;
      await this.look();
      this.#isRestoring = false;
    }
  }

  async #bringBack(): Promise<void> {
    try {
      await (await this.#slot.ready).backend.restoreKeyBackup();
    } catch (thrown) {
      // Each is asked for again when a message needs it.
      console.warn('keys are not brought back:', Failure.from(thrown).message);
    }
  }

  /** Waits until all keys are in the backup, or `ms` have passed. Says how many are left. */
  async putAway(ms: number): Promise<number> {
    // Before the crypto is up, and where it cannot run, there is nothing that this device could put away.
    const left = await this.#slot.current?.keyBackup.putAway(ms, (left) => this.#count(left));
    return left ?? 0;
  }

  async #goOn(): Promise<void> {
    try {
      while (!this.#life.aborted && (await this.putAway(60_000)) > 0);
    } catch (thrown) {
      console.warn('keys are not put away:', Failure.from(thrown).message);
    }
  }

  #count(left: number): void {
    this.#left = left;
    if (this.#state.current?.state === 'ready') this.#show({ state: 'ready', left });
  }

  /** The server tells our own signature back with the next key query; until then the device would look locked. */
  async #settled({ backend }: Crypto): Promise<void> {
    const { id, device } = this.#credentials;
    if ((await backend.getDeviceVerificationStatus(id, device))?.signedByOwner) return;
    await backend.userHasCrossSigningKeys(id, true);
  }

  #authenticate(password: string) {
    return async (request: (auth: AuthDict | null) => Promise<unknown>): Promise<unknown> => {
      try {
        return await request(null);
      } catch (thrown) {
        const session = (thrown as { data?: { session?: string } }).data?.session;
        if (!session) throw thrown;
        const identifier = { type: 'm.id.user', user: this.#credentials.id };
        return await request({ type: 'm.login.password', identifier, password, session });
      }
    };
  }
}

function authenticationFailure(thrown: unknown): Failure {
  const status = (thrown as { httpStatus?: number }).httpStatus;
  if (status === 401 || status === 403) return new Failure('wrong-password', '', { cause: thrown });
  return failureOf(thrown);
}
