import { Listeners } from '../listeners.ts';
import { anything, path, type Server } from '../server.ts';
import type { UserId } from '../../values.ts';
import type { AccountDatum } from './wire.ts';

/** The account's own documents at the server (Matrix 1.16 client-server, "Client Config"). */
export class AccountData {
  readonly #data: Map<string, Record<string, unknown>>;
  readonly #server: Server;
  readonly #me: UserId;
  readonly #listeners = new Listeners<(datum: AccountDatum) => void>();

  constructor(server: Server, me: UserId, known: Iterable<AccountDatum>) {
    this.#server = server;
    this.#me = me;
    this.#data = new Map([...known].map(({ type, content }) => [type, content]));
  }

  get(type: string): Record<string, unknown> | undefined {
    return this.#data.get(type);
  }

  all(): AccountDatum[] {
    return [...this.#data].map(([type, content]) => ({ type, content }));
  }

  /** What the server told. */
  take(data: readonly AccountDatum[]): void {
    for (const datum of data) {
      this.#data.set(datum.type, datum.content);
      this.#listeners.tell((listener) => listener(datum));
    }
  }

  onChange(listener: (datum: AccountDatum) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Changes a document by what the server has now, not by what we last heard. */
  async update(type: string, change: (old: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
    const at = path`/_matrix/client/v3/user/${this.#me}/account_data/${type}`;
    const old = await this.#server.call('GET', at, anything).catch((thrown) => {
      if (thrown?.code === 'M_NOT_FOUND') return {};
      throw thrown;
    });
    const content = change(typeof old === 'object' && old !== null ? (old as Record<string, unknown>) : {});
    await this.#server.call('PUT', at, anything, { body: content });
    this.take([{ type, content }]);
  }
}
