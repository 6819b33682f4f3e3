import type { Stir } from '../channel.ts';
import { Failure } from '../failure.ts';
import type { AccountId } from '../values.ts';
import { startAccount, type RunningAccount } from './account.ts';
import { Accounts, type Engines } from './accounts/accounts.ts';
import { patience } from './crypto/recovery.ts';
import { Listeners } from './listeners.ts';
import { Server } from './server.ts';
import { AccountsStore } from './store/accounts-store.ts';
import { Names, wipe, wipeDevice, type Credentials } from './store/database.ts';

type Slot = {
  readonly ports: Promise<RunningAccount>;
  /** Lets go of the lock, and gives up waiting for it. */
  readonly end: () => void;
  readonly ended: Promise<void>;
};

/** One engine for all tabs: the accounts of this browser, each with its own loops, store and crypto. */
export class Engine implements Engines {
  readonly accounts: Accounts;
  readonly #server: Server;
  readonly #names: Names;
  readonly keepsKeys: boolean;
  readonly #slots = new Map<AccountId, Slot>();
  readonly #store: AccountsStore;
  readonly #onStart = new Listeners<(account: AccountId) => void>();

  /** `base`: the origin of the zone. `deviceName`: how this device is called in the list of a person's devices. */
  constructor(options: {
    base: string;
    deviceName: string;
    profile?: string;
    persistKeys?: boolean;
    fetch?: typeof globalThis.fetch;
  }) {
    this.#server = new Server(options.base, { fetch: options.fetch });
    this.#names = new Names(options.profile);
    this.#store = new AccountsStore(this.#names);
    this.keepsKeys = options.persistKeys ?? true;
    this.accounts = new Accounts(this.#server, this.#store, this, options.deviceName);
  }

  load(): Promise<void> {
    return this.accounts.load();
  }

  /** The ports of an account once its engine runs. Rejects with `signed-out` where there is no such account. */
  async running(account: AccountId): Promise<RunningAccount> {
    const slot = this.#slots.get(account);
    if (!slot) throw new Failure('signed-out', account);
    return slot.ports;
  }

  /**
   * The lock is held as long as the account runs: two engines, of two builds perhaps, never write one store
   * (Web Locks, `navigator.locks`).
   */
  start(credentials: Credentials): void {
    const { id } = credentials;
    if (this.#slots.has(id)) return;
    const ports = Promise.withResolvers<RunningAccount>();
    ports.promise.catch((thrown) => console.error('account does not start', id, Failure.from(thrown).message));
    const end = new AbortController();
    const held = navigator.locks.request(this.#names.account(id), { signal: end.signal }, async () => {
      // Stopped between the grant of the lock and now.
      if (end.signal.aborted) throw new Failure('signed-out', id);
      const stopped = new Promise<void>((resolve) => end.signal.addEventListener('abort', () => resolve()));
      const account = await startAccount(this.#server.as(credentials.token), credentials, {
        names: this.#names,
        persistKeys: this.keepsKeys,
        onExpired: (ended) =>
          this.accounts
            .expire(id, ended)
            .catch((thrown) => console.error('not noted', id, Failure.from(thrown).message)),
        onKeysLost: () =>
          this.accounts.loseKeys(id).catch((thrown) => console.error('not noted', id, Failure.from(thrown).message))
      });
      ports.resolve(account);
      await stopped;
      await account.stop();
    });
    const ended = held.catch((thrown) => ports.reject(Failure.from(thrown)));
    this.#slots.set(id, { ports: ports.promise, end: () => end.abort(), ended });
    this.#onStart.tell((run) => run(id));
  }

  /** Hears of each start of an account: what was watched of an earlier one says nothing any more. Returns the way to leave. */
  onStart(run: (account: AccountId) => void): () => void {
    return this.#onStart.add(run);
  }

  /** Something happened for which all accounts look at the server now. */
  stir(why: Stir): void {
    for (const { ports } of this.#slots.values())
      ports.then(
        (account) => account.stir(why),
        // One that did not start has said so.
        () => undefined
      );
  }

  async stop(account: AccountId): Promise<void> {
    const slot = this.#slots.get(account);
    if (!slot) return;
    this.#slots.delete(account);
    slot.end();
    await slot.ended;
  }

  async putAway(account: AccountId): Promise<number> {
    try {
      return (await (await this.#slots.get(account)?.ports)?.putAway(patience)) ?? 0;
    } catch (thrown) {
      // One that cannot even be counted is not to be kept from leaving.
      console.warn('keys not counted', account, Failure.from(thrown).message);
      return 0;
    }
  }

  wipe(account: AccountId): Promise<void> {
    return wipe(this.#names, account);
  }

  wipeDevice(account: AccountId): Promise<void> {
    return wipeDevice(this.#names, account);
  }

  /** Ends everything and lets go of every database. */
  async close(): Promise<void> {
    await Promise.all([...this.#slots.keys()].map((id) => this.stop(id)));
    await this.#store.close();
  }
}
