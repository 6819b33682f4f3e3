import { deleteDB } from 'idb';
import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { Before } from '../crypto/undo-journal.ts';
import type { RawEvent } from '../event.ts';
import { leftBrief, type Brief } from '../sync/brief.ts';
import type { Fill } from '../sync/fill.ts';
import type { AccountDatum } from '../sync/wire.ts';
import type { RoomRecord } from '../sync/record.ts';
import { Cache } from './cache.ts';
import { isFull } from './fault.ts';
import { Kept } from './kept.ts';
import { MessageIndex } from './message-index.ts';
import type { Stored } from '../../writing/file-content.ts';
import type { AccountId, Draft, EventId, FailureReason, Keeping, RoomId, TransactionId, Unread } from '../../values.ts';

/** What signs an account in. Lives in the browser's database until one signs out. */
export type Credentials = {
  readonly id: AccountId;
  readonly token: string;
  readonly device: string;
  /** ms since the epoch: accounts are listed in this order. */
  readonly since: number;
  /** The server has refused the token. */
  readonly expired: boolean;
  /** It keeps the device all the same: who signs in again goes on with it. */
  readonly deviceStays?: boolean;
  /** This browser has lost the keys of the device: nobody goes on with it. */
  readonly keysLost?: boolean;
};

/** `stored`: they are at the zone, sealed as the conversation was then. */
export type OutboxFile = {
  readonly bytes: Blob;
  readonly thumbnail?: Blob;
  readonly stored?: { readonly file: Stored; readonly thumbnail: Stored | null };
};

/** A message on its way. `order` rises over the life of the store: order is kept in a room. More fields may come. */
export type OutboxItem = {
  readonly transaction: TransactionId;
  readonly room: RoomId;
  readonly order: number;
  readonly at: number;
  readonly type: string;
  readonly content: Record<string, unknown>;
  readonly failed: FailureReason | null;
  /** The file that it is about. It is kept until the message is sent: where it lies says `stored`, once it is at the zone. */
  readonly file?: OutboxFile;
  /** It was tried by no other device, and by this one not before `at` (ms since the epoch); absent: who knows. */
  readonly since?: { readonly at: number; readonly device: string };
};

/** Where the loops go on after a reload. In a change, what is undefined stays and null is forgotten. */
export type Positions = {
  readonly list?: string | null;
  readonly fill?: Fill | null;
  readonly crypto?: string;
  readonly toDevice?: string;
  /** The crypto was taking something in; what was there before. */
  readonly taking?: readonly Before[] | null;
};

/** One's own read mark and those of others, newest event only. */
export type Receipts = Readonly<Record<string, { readonly event: EventId; readonly at: number }>>;

/** What one has begun to write in a conversation. `at`: when it was kept, ms since the epoch. */
export type Begun = { readonly room: RoomId; readonly at: number; readonly draft: Draft | null };

/** Whether one wants to see what links lead to, in a conversation or under a message; null: as is usual. */
export type LinkChoice = { readonly id: RoomId | EventId; readonly shown: boolean | null };

/** That a conversation is encrypted, and how: known for good, whatever becomes of its record. */
export type Encrypted = { readonly room: RoomId; readonly content: Record<string, unknown> };

/** What the list says of all conversations, without reading them. */
export type Summary = { readonly total: number; readonly unread: Unread };

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

/** Unread events of a conversation that could not be opened so far, as they came: they are tried again without asking for them. */
export type Sealed = { readonly room: RoomId; readonly events: readonly RawEvent[] };

/** What one answer of the server changes of what is kept. */
export type Change = {
  readonly rooms?: Iterable<RoomRecord>;
  readonly gone?: Iterable<RoomId>;
  readonly accountData?: Iterable<AccountDatum>;
  readonly positions?: Positions;
  readonly summary?: Summary;
  /** Conversations that are found to be encrypted. */
  readonly encrypted?: readonly Encrypted[];
};

/** What there is for the first paint: the first conversations of the list, and what it says of the others. */
export type Start = {
  readonly positions: Positions;
  readonly summary: Summary | undefined;
  readonly rooms: readonly RoomRecord[];
  readonly accountData: readonly AccountDatum[];
};

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

  /** What this browser has read of encrypted conversations, to be searched. */
  messages(id: AccountId): string {
    return `${this.#base}-messages:${id}`;
  }

  /** The SDK appends its own suffixes to it. */
  cryptoPrefix(id: AccountId): string {
    return `${this.#base}-crypto:${id}`;
  }
}

/** Rows that the first paint shows: what a page asks of the list at first. */
const firstRows = 40;

/**
 * All that the engine keeps of one account, except the keys (the crypto's own database): what must never be lost, and
 * what the server would tell again.
 */
export class AccountStore {
  readonly #kept: Kept;
  readonly #cache: Cache;
  /** What is known of encrypted conversations for searching in them. */
  readonly index: MessageIndex;
  readonly start: Start;
  readonly keeping: Live<Keeping>;

  private constructor(kept: Kept, cache: Cache, index: MessageIndex, start: Start) {
    this.#kept = kept;
    this.#cache = cache;
    this.index = index;
    this.start = start;
    this.keeping = both(kept.keeping, cache.keeping);
  }

  static async open(names: Names, account: AccountId): Promise<AccountStore> {
    const kept = new Kept(names.account(account));
    const index = new MessageIndex(names.messages(account));
    const { cache, start } = await Cache.open(names.cache(account), firstRows, () => index.drop());
    return new AccountStore(kept, cache, index, start);
  }

  /**
   * All conversations kept by earlier sessions, in parts. Where they cannot be read, at least which were encrypted: a
   * server that tells all anew does not talk us into plain text.
   */
  async *briefs(): AsyncGenerator<readonly Brief[]> {
    try {
      yield* this.#cache.briefs();
      if (this.start.positions.list) return;
    } catch (thrown) {
      console.warn('conversations are told anew:', Failure.from(thrown).message);
    }
    const encrypted = await this.#kept.encrypted().catch(() => []);
    yield encrypted.map(({ room, content }) => ({ ...leftBrief, id: room, encryption: content }));
  }

  /** Those that there are. */
  records(rooms: readonly RoomId[]): Promise<RoomRecord[]> {
    return this.#cache.records(rooms);
  }

  positions(): Promise<Positions> {
    return this.#cache.positions();
  }

  /**
   * Records and the position of the response that they came from, in one transaction: a crash loses both or neither.
   * False, to who commits the list's position, where what was kept before is lost and must be told anew. Never rejects:
   * what cannot be written now is written with the next change.
   */
  async commit(change: Change): Promise<boolean> {
    const noted = this.#kept
      .putEncrypted(change.encrypted ?? [])
      .catch((thrown) => console.warn('not noted as encrypted:', Failure.from(thrown).message));
    const [whole] = await Promise.all([this.#cache.commit(change), noted]);
    return whole;
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

  sealed(room: RoomId): Promise<readonly RawEvent[]> {
    return this.#cache.sealed(room);
  }

  putSealed(sealed: Sealed): Promise<void> {
    return this.#cache.putSealed(sealed);
  }

  outbox(): Promise<OutboxItem[]> {
    return this.#kept.outbox();
  }

  /** Rejects where it cannot be kept. */
  putOutbox(item: OutboxItem): Promise<void> {
    return this.#withRoom(() => this.#kept.putOutbox(item));
  }

  removeOutbox(transaction: TransactionId): Promise<void> {
    return this.#kept.removeOutbox(transaction);
  }

  draft(room: RoomId): Promise<Draft | null> {
    return this.#kept.draft(room);
  }

  /** Rejects where it cannot be kept. `late`: it gives way to a newer one. */
  putDraft(begun: Begun, options?: { late: boolean }): Promise<void> {
    return this.#withRoom(() => this.#kept.putDraft(begun, options));
  }

  get links(): Pick<Kept, 'links' | 'putLink'> {
    return this.#kept;
  }

  async close(): Promise<void> {
    await Promise.all([this.#kept.close(), this.#cache.close(), this.index.close()]);
  }

  /** What must never be lost goes before what the server would tell again. */
  async #withRoom(put: () => Promise<void>): Promise<void> {
    try {
      await put();
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown;
      await this.#cache.dropTails();
      await put();
    }
  }
}

function both(...parts: Live<Keeping>[]): Live<Keeping> {
  const all = new Cell<Keeping>('kept');
  const look = () => all.set(parts.some(({ current }) => current === 'memory') ? 'memory' : 'kept');
  for (const part of parts) part.subscribe(look);
  look();
  return all;
}

/** Wipes all that this browser keeps of an account. Call it when nothing holds the databases open. */
export async function wipe(names: Names, account: AccountId): Promise<void> {
  await Promise.all([deleteDB(names.account(account)), wipeDevice(names, account)]);
}

/** Wipes what belongs to a device that is gone: its keys and positions. What waits to be sent and the drafts stay. */
export async function wipeDevice(names: Names, account: AccountId): Promise<void> {
  const prefix = names.cryptoPrefix(account);
  await Promise.all([
    deleteDB(names.cache(account)),
    deleteDB(names.messages(account)),
    deleteDB(`${prefix}::matrix-sdk-crypto`),
    deleteDB(`${prefix}::matrix-sdk-crypto-meta`)
  ]);
}
