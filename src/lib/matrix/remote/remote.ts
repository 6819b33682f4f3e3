import type { PortName } from '../channel.ts';
import { commands, feeds } from '../methods.ts';
import type { AccountPorts, Accounts, Matrix } from '../ports.ts';
import type { AccountId } from '../values.ts';
import type { Connection } from './connection.ts';

/** The ports as the page sees them: every method becomes a message to the engine. */
export class RemoteMatrix implements Matrix {
  readonly accounts: Accounts;
  readonly version: Matrix['version'];
  readonly #connection: Connection;
  readonly #accounts = new Map<AccountId, AccountPorts>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.version = connection.version;
    this.accounts = this.#port('accounts', null);
  }

  account(id: AccountId): AccountPorts {
    const known = this.#accounts.get(id);
    if (known) return known;
    const ports: AccountPorts = {
      conversations: this.#port('conversations', id),
      timelines: this.#port('timelines', id),
      pins: this.#port('pins', id),
      search: this.#port('search', id),
      rooms: this.#port('rooms', id),
      files: this.#port('files', id),
      links: this.#port('links', id),
      people: this.#port('people', id),
      recovery: this.#port('recovery', id),
      verification: this.#port('verification', id),
      drafts: this.#port('drafts', id),
      hearing: this.#port('hearing', id),
      pushers: this.#port('pushers', id),
      security: this.#port('security', id),
      export: this.#port('export', id),
      link: this.#port('link', id)
    };
    this.#accounts.set(id, ports);
    return ports;
  }

  #port<Name extends PortName>(
    port: Name,
    account: AccountId | null
  ): Name extends 'accounts' ? Accounts : AccountPorts[Exclude<Name, 'accounts'>] {
    const live: readonly unknown[] = feeds[port];
    const asked = commands[port];
    const connection = this.#connection;
    return new Proxy(Object.create(null), {
      get: (_target, method) => {
        // A port is no promise and has no inheritance: `await port` must not ask the engine for `then`.
        if (typeof method !== 'string') return undefined;
        const target = { port, method, account };
        if (live.includes(method)) return (...args: readonly unknown[]) => connection.watch(target, args);
        if (Object.hasOwn(asked, method)) return (...args: readonly unknown[]) => connection.call(target, args);
        return undefined;
      }
    });
  }
}
