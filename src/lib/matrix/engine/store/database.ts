import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { RawEvent } from '../event.ts';
import type { AccountDatum } from '../sync/wire.ts';
import type { RoomRecord } from '../sync/record.ts';
import { Cache } from './cache.ts';
import { Kept } from './kept.ts';
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

/** What one has begun to write in a conversation. */
export type Draft = { readonly room: RoomId; readonly text: string };

/** What the list says of all conversations, without reading them. */
export type Summary = { readonly total: number; readonly unread: number };

/**
 * The newest events of a conversation, at most 40, oldest first and as they came (encrypted ones stay so). `before` is
 * the server's token in front of the first, null where nothing is. It may be older than the record: shown at once, it
 * is joined or replaced by what the server says.
 */
export type Tail = {
  readonly room: RoomId;
  readonly events: readonly RawEvent[];
  readonly before: string | null;
  /** How those who wrote them are called there. */
  readonly names?: Readonly<Record<string, string>>;
};

/** What one answer of the server changes of what is kept. */
export type Change = {
  readonly rooms?: Iterable<RoomRecord>;
  readonly gone?: Iterable<RoomId>;
  readonly accountData?: Iterable<AccountDatum>;
  readonly positions?: Positions;
  readonly summary?: Summary;
};

interface AccountsSchema extends DBSchema {
  accounts: { key: string; value: Credentials };
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

  /** Names both the store of what must never be lost and the lock of its one writer. */
  account(id: AccountId): string {
    return `${this.#base}:${id}`;
  }

  /** The store of what the server would tell again. */
  cache(id: AccountId): string {
    return `${this.#base}-cache:${id}`;
  }

  /** The SDK appends its own suffixes to it. */
  cryptoPrefix(id: AccountId): string {
    return `${this.#base}-crypto:${id}`;
  }
}

/**
 * All that the engine keeps of one account, except the keys (the crypto's own database): what must never be lost, and
 * what the server would tell again.
 */
export class AccountStore {
  readonly #kept: Kept;
  readonly #cache: Cache;

  private constructor(kept: Kept, cache: Cache) {
    this.#kept = kept;
    this.#cache = cache;
  }

  static async open(names: Names, account: AccountId): Promise<AccountStore> {
    const [kept, cache] = await Promise.all([Kept.open(names.account(account)), Cache.open(names.cache(account))]);
    return new AccountStore(kept, cache);
  }

  rooms(): Promise<RoomRecord[]> {
    return this.#cache.rooms();
  }

  accountData(): Promise<AccountDatum[]> {
    return this.#cache.accountData();
  }

  positions(): Promise<Positions> {
    return this.#cache.positions();
  }

  /** Records and the position of the response that they came from, in one transaction: a crash loses both or neither. */
  commit(change: Change): Promise<void> {
    return this.#cache.commit(change);
  }

  tail(room: RoomId): Promise<Tail | undefined> {
    return this.#cache.tail(room);
  }

  putTail(tail: Tail): Promise<void> {
    return this.#cache.putTail(tail);
  }

  dropTails(): Promise<void> {
    return this.#cache.dropTails();
  }

  outbox(): Promise<OutboxItem[]> {
    return this.#kept.outbox();
  }

  putOutbox(item: OutboxItem): Promise<void> {
    return this.#kept.putOutbox(item);
  }

  removeOutbox(transaction: TransactionId): Promise<void> {
    return this.#kept.removeOutbox(transaction);
  }

  draft(room: RoomId): Promise<string> {
    return this.#kept.draft(room);
  }

  putDraft(draft: Draft): Promise<void> {
    return this.#kept.putDraft(draft);
  }

  close(): void {
    this.#kept.close();
    this.#cache.close();
  }
}

/** Wipes all that this browser keeps of an account. Call it when nothing holds the databases open. */
export async function wipe(names: Names, account: AccountId): Promise<void> {
  const prefix = names.cryptoPrefix(account);
  await Promise.all([
    deleteDB(names.account(account)),
    deleteDB(names.cache(account)),
    deleteDB(`${prefix}::matrix-sdk-crypto`),
    deleteDB(`${prefix}::matrix-sdk-crypto-meta`)
  ]);
}
