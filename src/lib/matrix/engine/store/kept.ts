import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { Draft, Keeping, RoomId, TransactionId } from '../../values.ts';
import type { RoomRecord } from '../sync/record.ts';
import type { Begun, Encrypted, LinkChoice, OutboxFile, OutboxItem } from './database.ts';
import { isGone, isNewer } from './fault.ts';

/** The bytes of a file lie apart: what changes of its message does not write them again. */
type KeptItem = Omit<OutboxItem, 'file'> & { readonly file?: Pick<OutboxFile, 'stored'> };
type KeptDraft = Omit<Begun, 'draft'> & Draft;
type KeptFile = Omit<OutboxFile, 'stored'> & { readonly transaction: TransactionId };

interface Schema extends DBSchema {
  outbox: { key: string; value: KeptItem; indexes: { order: number } };
  files: { key: string; value: KeptFile };
  drafts: { key: string; value: KeptDraft };
  encrypted: { key: string; value: Encrypted };
  links: { key: string; value: LinkChoice };
}
type Database = IDBPDatabase<Schema>;
type Upgrade = IDBPTransaction<Schema, ('outbox' | 'files' | 'drafts' | 'encrypted' | 'links')[], 'versionchange'>;

const version = 4;

/**
 * What nobody but this browser knows: wiped when one signs out, and by nothing else. What cannot be kept is refused.
 * Where the database is taken away under us, what was put there since is put into the next one.
 */
export class Kept {
  readonly #name: string;
  readonly #keeping = new Cell<Keeping>('kept');
  #database: Promise<Database> | undefined;
  #closed = false;
  readonly #outbox = new Map<TransactionId, OutboxItem>();
  readonly #drafts = new Map<RoomId, KeptDraft>();

  constructor(name: string) {
    this.#name = name;
    // Who uses it first hears of a failure.
    this.#open().catch(() => undefined);
  }

  /** Whether what is put reaches the disk. */
  get keeping(): Live<Keeping> {
    return this.#keeping;
  }

  async outbox(): Promise<OutboxItem[]> {
    const items = await this.#use(async (database) => {
      const [kept, files] = await Promise.all([database.getAllFromIndex('outbox', 'order'), database.getAll('files')]);
      const bytes = new Map(files.map(({ transaction, ...file }) => [transaction, file]));
      return kept.map(({ file, ...item }): OutboxItem => {
        const found = bytes.get(item.transaction);
        return file && found ? { ...item, file: { ...found, ...file } } : item;
      });
    });
    for (const item of items) this.#outbox.set(item.transaction, item);
    return items;
  }

  async putOutbox(item: OutboxItem): Promise<void> {
    const isFiled = this.#outbox.get(item.transaction)?.file !== undefined;
    await this.#put((database) => putItem(database, item, isFiled));
    this.#outbox.set(item.transaction, item);
  }

  async removeOutbox(transaction: TransactionId): Promise<void> {
    await this.#put(async (database) => {
      const both = database.transaction(['outbox', 'files'], 'readwrite');
      const stores = (['outbox', 'files'] as const).map((name) => both.objectStore(name).delete(transaction));
      await Promise.all([...stores, both.done]);
    });
    this.#outbox.delete(transaction);
  }

  async draft(room: RoomId): Promise<Draft | null> {
    const kept = await this.#use((database) => database.get('drafts', room));
    if (!kept) return null;
    const { room: _, at: __, ...draft } = kept;
    return draft;
  }

  /** `late`: it gives way to a newer one. */
  async putDraft({ room, at, draft }: Begun, { late } = { late: false }): Promise<void> {
    await this.#put(async (database) => {
      const { store, done } = database.transaction('drafts', 'readwrite');
      if (late && ((await store.get(room))?.at ?? 0) > at) return;
      const kept = draft && { ...draft, room, at };
      await Promise.all([kept ? store.put(kept) : store.delete(room), done]);
      if (kept) this.#drafts.set(room, kept);
      else this.#drafts.delete(room);
    });
  }

  /** Conversations that are encrypted, whatever becomes of their records. */
  encrypted(): Promise<Encrypted[]> {
    return this.#use((database) => database.getAll('encrypted'));
  }

  async putEncrypted(rooms: readonly Encrypted[]): Promise<void> {
    if (rooms.length === 0) return;
    await this.#put(async (database) => {
      const { store, done } = database.transaction('encrypted', 'readwrite');
      await Promise.all([...rooms.map((room) => store.put(room)), done]);
    });
  }

  links(): Promise<LinkChoice[]> {
    return this.#use((database) => database.getAll('links'));
  }

  async putLink(choice: LinkChoice): Promise<void> {
    const isUsual = choice.shown === null;
    await this.#put((database) => (isUsual ? database.delete('links', choice.id) : database.put('links', choice)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    (await this.#database?.catch(() => undefined))?.close();
  }

  /** That something can be read does not say that anything can be written. */
  async #put(put: (database: Database) => Promise<unknown>): Promise<void> {
    await this.#use(put);
    this.#keeping.set('kept');
  }

  async #use<T>(use: (database: Database) => Promise<T>): Promise<T> {
    try {
      return await this.#again(use);
    } catch (thrown) {
      this.#keeping.set('memory');
      throw thrown;
    }
  }

  async #again<T>(use: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.#open();
    try {
      return await use(database);
    } catch (thrown) {
      if (!isGone(thrown) || this.#closed) throw thrown;
      this.#database = undefined;
      const another = await this.#open();
      for (const item of this.#outbox.values()) await putItem(another, item, false);
      for (const draft of this.#drafts.values()) await another.put('drafts', draft);
      return use(another);
    }
  }

  #open(): Promise<Database> {
    if (this.#closed) return Promise.reject(new Failure('storage', 'the account has stopped'));
    const opening = this.#database ?? open(this.#name);
    this.#database = opening;
    // Who comes next tries again.
    opening.catch(() => (this.#database = undefined));
    return opening;
  }
}

/** `isFiled`: its bytes are there already. */
async function putItem(database: Database, { file, ...item }: OutboxItem, isFiled: boolean): Promise<void> {
  const transaction = database.transaction(['outbox', 'files'], 'readwrite');
  const { stored, ...bytes } = file ?? {};
  const writes: Promise<unknown>[] = [
    transaction.objectStore('outbox').put({ ...item, ...(file && { file: { ...(stored && { stored }) } }) }),
    transaction.done
  ];
  if (file && !isFiled) {
    writes.push(transaction.objectStore('files').put({ ...bytes, bytes: file.bytes, transaction: item.transaction }));
  }
  await Promise.all(writes);
}

async function open(name: string): Promise<Database> {
  // Whoever deletes it must not wait for us.
  const blocking = (_from: number, _to: number | null, event: IDBVersionChangeEvent) =>
    (event.target as IDBDatabase).close();
  try {
    return await openDB<Schema>(name, version, { upgrade, blocking });
  } catch (thrown) {
    // What a newer build keeps is not ours to throw away; as long as it has our stores, we can use them.
    if (!isNewer(thrown)) throw thrown;
    return openDB<Schema>(name, undefined, { blocking });
  }
}

async function upgrade(database: Database, from: number, _to: number | null, transaction: Upgrade): Promise<void> {
  if (from < 1) database.createObjectStore('outbox', { keyPath: 'transaction' }).createIndex('order', 'order');
  if (from < 2) {
    database.createObjectStore('drafts', { keyPath: 'room' });
    database.createObjectStore('encrypted', { keyPath: 'room' });
  }
  if (from < 3) database.createObjectStore('files', { keyPath: 'transaction' });
  if (from < 4) database.createObjectStore('links', { keyPath: 'id' });
  if (from === 1) await leaveCacheOut(database as unknown as IDBPDatabase<FirstSchema>, transaction);
}

/** Version 1 held the records too. They are told anew, all but what only we remember. */
interface FirstSchema extends DBSchema {
  rooms: { key: string; value: RoomRecord };
  accountData: { key: string; value: unknown };
  positions: { key: string; value: unknown };
}

async function leaveCacheOut(database: IDBPDatabase<FirstSchema>, transaction: Upgrade): Promise<void> {
  const rooms = (transaction as unknown as IDBPTransaction<FirstSchema, ['rooms'], 'versionchange'>).objectStore(
    'rooms'
  );
  for (const { id: room, encryption: content } of await rooms.getAll())
    if (content) void transaction.objectStore('encrypted').put({ room, content });
  for (const name of ['rooms', 'accountData', 'positions'] as const) database.deleteObjectStore(name);
}
