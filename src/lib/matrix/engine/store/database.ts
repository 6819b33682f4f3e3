import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { AccountDatum } from '../sync/wire.ts';
import type { RoomRecord } from '../sync/record.ts';
import type { AccountId, EventId, FailureReason, RoomId, TransactionId } from '../../values.ts';

/** What signs an account in. Lives in the browser's database until one signs out. */
export type Credentials = {
  readonly id: AccountId;
  readonly token: string;
  readonly device: string;
  /** ms since the epoch: accounts are listed in this order. */
  readonly since: number;
  /** The server has refused the token. */
  readonly expired: boolean;
};

/** A message on its way. `order` rises over the life of the store: order is kept in a room. */
export type OutboxItem = {
  readonly transaction: TransactionId;
  readonly room: RoomId;
  readonly order: number;
  readonly at: number;
  readonly type: string;
  readonly content: Record<string, unknown>;
  readonly failed: FailureReason | null;
};

/** Where the loops go on after a reload. */
export type Positions = { list?: string; crypto?: string; toDevice?: string };

/** One's own read mark and those of others, newest event only. */
export type Receipts = Readonly<Record<string, { readonly event: EventId; readonly at: number }>>;

interface AccountsSchema extends DBSchema {
  accounts: { key: string; value: Credentials };
}

interface AccountSchema extends DBSchema {
  rooms: { key: string; value: RoomRecord };
  accountData: { key: string; value: AccountDatum };
  positions: { key: keyof Positions; value: string };
  outbox: { key: string; value: OutboxItem; indexes: { order: number } };
}

/** The accounts signed in on this browser. */
export class AccountsStore {
  readonly #database: Promise<IDBPDatabase<AccountsSchema>>;

  constructor(names: Names) {
    this.#database = openDB<AccountsSchema>(names.accounts, 1, {
      upgrade: (database) => void database.createObjectStore('accounts', { keyPath: 'id' })
    });
  }

  async all(): Promise<Credentials[]> {
    const all = await (await this.#database).getAll('accounts');
    return all.sort((a, b) => a.since - b.since);
  }

  async put(credentials: Credentials): Promise<void> {
    await (await this.#database).put('accounts', credentials);
  }

  async remove(id: AccountId): Promise<void> {
    await (await this.#database).delete('accounts', id);
  }

  async close(): Promise<void> {
    (await this.#database).close();
  }
}

/** How the databases and locks of this browser are called. Another `profile` is another browser to the engine. */
export class Names {
  readonly #base: string;

  constructor(profile?: string) {
    this.#base = profile ? `tertulia-${profile}` : 'tertulia';
  }

  get accounts(): string {
    return this.#base;
  }

  /** Names both the store and the lock of its one writer. */
  account(id: AccountId): string {
    return `${this.#base}:${id}`;
  }

  /** The SDK appends its own suffixes to it. */
  cryptoPrefix(id: AccountId): string {
    return `${this.#base}-crypto:${id}`;
  }
}

/** All that the engine keeps of one account, except the keys (the crypto's own database). */
export class AccountStore {
  readonly #database: IDBPDatabase<AccountSchema>;

  private constructor(database: IDBPDatabase<AccountSchema>) {
    this.#database = database;
  }

  static async open(name: string): Promise<AccountStore> {
    return new AccountStore(
      await openDB<AccountSchema>(name, 1, {
        upgrade: (database) => {
          database.createObjectStore('rooms', { keyPath: 'id' });
          database.createObjectStore('accountData', { keyPath: 'type' });
          database.createObjectStore('positions');
          database.createObjectStore('outbox', { keyPath: 'transaction' }).createIndex('order', 'order');
        }
      })
    );
  }

  rooms(): Promise<RoomRecord[]> {
    return this.#database.getAll('rooms');
  }

  accountData(): Promise<AccountDatum[]> {
    return this.#database.getAll('accountData');
  }

  outbox(): Promise<OutboxItem[]> {
    return this.#database.getAllFromIndex('outbox', 'order');
  }

  async putOutbox(item: OutboxItem): Promise<void> {
    await this.#database.put('outbox', item);
  }

  async removeOutbox(transaction: TransactionId): Promise<void> {
    await this.#database.delete('outbox', transaction);
  }

  async positions(): Promise<Positions> {
    const [list, crypto, toDevice] = await Promise.all([
      this.#database.get('positions', 'list'),
      this.#database.get('positions', 'crypto'),
      this.#database.get('positions', 'toDevice')
    ]);
    return { list, crypto, toDevice };
  }

  /** Records and the position of the response that they came from, in one transaction: a crash loses both or neither. */
  async commit(change: {
    rooms?: Iterable<RoomRecord>;
    gone?: Iterable<RoomId>;
    accountData?: Iterable<AccountDatum>;
    positions?: Positions;
  }): Promise<void> {
    const transaction = this.#database.transaction(['rooms', 'accountData', 'positions'], 'readwrite', {
      durability: 'relaxed'
    });
    const rooms = transaction.objectStore('rooms');
    for (const record of change.rooms ?? []) void rooms.put(record);
    for (const id of change.gone ?? []) void rooms.delete(id);
    for (const datum of change.accountData ?? []) void transaction.objectStore('accountData').put(datum);
    for (const [key, value] of Object.entries(change.positions ?? {}))
      if (value !== undefined) void transaction.objectStore('positions').put(value, key as keyof Positions);
    await transaction.done;
  }

  close(): void {
    this.#database.close();
  }
}

/** Wipes all that this browser keeps of an account. Call it when nothing holds the databases open. */
export async function wipe(names: Names, account: AccountId): Promise<void> {
  const prefix = names.cryptoPrefix(account);
  await Promise.all([
    deleteDB(names.account(account)),
    deleteDB(`${prefix}::matrix-sdk-crypto`),
    deleteDB(`${prefix}::matrix-sdk-crypto-meta`)
  ]);
}
