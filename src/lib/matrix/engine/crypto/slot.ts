import { Failure } from '../../failure.ts';
import type { Stir } from '../../channel.ts';
import type { Listeners } from '../listeners.ts';
import type { Server } from '../server.ts';
import type { AccountStore, Credentials } from '../store/database.ts';
import type { AccountData } from '../sync/account-data.ts';
import { cryptoLoop } from '../sync/crypto-loop.ts';
import type { Crypto } from './crypto.ts';

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
    const { server, store, accountData, credentials, keys, stirs, onReady, onSynced, onSignedOut } = this.#deps;
    // Ended before it began: whoever waits is told.
    if (life.aborted) return this.#ready.reject(new Failure('signed-out'));
    try {
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
}
