import { Failure } from '../../failure.ts';
import type { Stir } from '../../channel.ts';
import type { Listeners } from '../listeners.ts';
import type { Server } from '../server.ts';
import type { AccountStore, Credentials } from '../store/database.ts';
import type { AccountData } from '../sync/account-data.ts';
import { BackOff, Pause } from '../pause.ts';
import { cryptoLoop } from '../sync/crypto-loop.ts';
import type { Crypto } from './crypto.ts';
import { hasLostKeys } from './lost-keys.ts';

type Deps = {
  server: Server;
  store: AccountStore;
  accountData: AccountData;
  credentials: Credentials;
  /** The prefix of the database of keys; null keeps them in memory. */
  keys: string | null;
  stirs: Listeners<(why: Stir) => void>;
  onReady: () => void;
  onSynced: () => void;
  onSignedOut: () => void;
  /** The keys of this device are gone. */
  onKeysLost: () => void;
};

/** The place of the crypto, which comes after the list: 300 KB of code and a WASM that nobody waits for to read names. */
export class CryptoSlot {
  readonly #deps: Deps;
  readonly #ready = Promise.withResolvers<Crypto>();
  #current: Crypto | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#ready.promise.catch((thrown) => {
      const failure = Failure.from(thrown);
      if (failure.reason !== 'signed-out') console.error('no crypto:', failure.message);
    });
  }

  get current(): Crypto | undefined {
    return this.#current;
  }

  /** Rejects with `encryption-not-ready` where the browser cannot run it. */
  get ready(): Promise<Crypto> {
    return this.#ready.promise;
  }

  /** Boots the crypto, then runs its connection until `life` ends. */
  async run(life: AbortSignal): Promise<void> {
    const { server, store, accountData, credentials, keys, stirs, onReady, onSynced, onSignedOut, onKeysLost } =
      this.#deps;
    // Ended before it began: whoever waits is told.
    if (life.aborted) return this.#ready.reject(new Failure('signed-out'));
    try {
      if (keys !== null && (await this.#hasLost(keys, life))) {
        this.#ready.reject(new Failure('keys-lost', credentials.device));
        return onKeysLost();
      }
      const { Crypto } = await import('./crypto.ts');
      const { taking } = await store.positions();
      const crypto = await Crypto.boot(server, credentials, accountData, { keys, taking, life });
      if (taking) await store.commit({ positions: { taking: null } });
      this.#current = crypto;
      this.#ready.resolve(crypto);
    } catch (cause) {
      this.#ready.reject(new Failure('encryption-not-ready', Failure.from(cause).message, { cause }));
      return;
    }
    if (life.aborted) return;
    onReady();
    await cryptoLoop({ server, store, crypto: this.#current, stirs, onSynced, onSignedOut }, life);
  }

  /** Nothing is made in the place of keys while it is not known whether there were any. */
  async #hasLost(keys: string, life: AbortSignal): Promise<boolean> {
    const { server, credentials, stirs } = this.#deps;
    const [pause, backOff] = [new Pause(life), new BackOff()];
    const leave = stirs.add(() => pause.wake());
    try {
      for (;;) {
        try {
          return await hasLostKeys(server, credentials, keys);
        } catch (thrown) {
          const failure = Failure.from(thrown);
          const passes = failure.reason === 'unreachable' || failure.reason === 'too-many-attempts';
          if (!passes || life.aborted) throw thrown;
          await pause.for(backOff.next(failure.retryAfter));
        }
      }
    } finally {
      leave();
    }
  }
}
