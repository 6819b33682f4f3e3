import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { Failure } from '../../failure.ts';
import type { EventId, RoomId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { isFull, isGone } from './fault.ts';

/** What somebody said in an encrypted conversation, in words; `name`: how she was called there. */
export type Said = {
  readonly event: EventId;
  readonly sender: UserId;
  readonly name: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly text: string;
};

/** What became of a message later: said better by whom, or deleted (`text` null). */
export type Changed = { readonly event: EventId; readonly sender: UserId; readonly text: string | null };

/** How much of an encrypted conversation has been read. */
export type Reach = {
  readonly room: RoomId;
  /** The server's token behind the newest: what comes is read on from there. */
  readonly end: string;
  /** In front of the oldest; null: that is the beginning. */
  readonly before: string | null;
  /** When the oldest was said, ms since the epoch. */
  readonly since: number;
  /** What could not be opened so far, as it came, the newest. */
  readonly locked: readonly RawEvent[];
};

type Part = { readonly room: RoomId; readonly said: readonly Said[] };
interface Schema extends DBSchema {
  reaches: { key: string; value: Reach };
  parts: { key: number; value: Part; indexes: { room: string } };
  changes: { key: string; value: Changed & { readonly room: RoomId }; indexes: { room: string } };
}

const version = 1;
/** Parts of a hundred messages that are read in one turn. */
const batch = 50;

/**
 * The words of encrypted conversations as this browser has read them, so that they can be searched: as open here as the
 * keys that open them, gone with them, and the first to go where the disk is full. Texts are looked through one by one,
 * for that finds the beginnings of words in every language and takes no memory: 100,000 in half a second.
 */
export class MessageIndex {
  readonly #name: string;
  #database: Promise<IDBPDatabase<Schema>> | undefined;
  #closed = false;

  constructor(name: string) {
    this.#name = name;
  }

  reach(room: RoomId): Promise<Reach | undefined> {
    return this.#use((database) => database.get('reaches', room));
  }

  async reaches(): Promise<ReadonlyMap<RoomId, Reach>> {
    const all = await this.#use((database) => database.getAll('reaches'));
    return new Map(all.map((reach) => [reach.room, reach]));
  }

  /** Takes what was read and how far that reaches, together. Fails with storage. */
  async put(reach: Reach, said: readonly Said[], changes: readonly Changed[] = []): Promise<void> {
    const { room } = reach;
    await this.#use(async (database) => {
      const transaction = database.transaction(['reaches', 'parts', 'changes'], 'readwrite', { durability: 'relaxed' });
      await Promise.all([
        transaction.objectStore('reaches').put(reach),
        said.length > 0 && transaction.objectStore('parts').add({ room, said }),
        ...changes.map((change) => transaction.objectStore('changes').put({ ...change, room })),
        transaction.done
      ]);
    });
  }

  /** Everything said in these conversations as it stands now, in parts and in no order. */
  async *all(rooms: ReadonlySet<RoomId>): AsyncGenerator<{ readonly room: RoomId; readonly said: readonly Said[] }> {
    const changes = new Map(
      (await this.#use((database) => database.getAll('changes'))).map((change) => [change.event, change])
    );
    let after = -1;
    for (;;) {
      const range = IDBKeyRange.lowerBound(after, true);
      const [keys, parts] = await this.#use(async (database) => {
        const { store } = database.transaction('parts');
        return Promise.all([store.getAllKeys(range, batch), store.getAll(range, batch)]);
      });
      for (const { room, said } of parts) if (rooms.has(room)) yield { room, said: changed(said, changes) };
      const last = keys.at(-1);
      if (last === undefined || keys.length < batch) return;
      after = last;
    }
  }

  /** Without these conversations. */
  async forget(rooms: readonly RoomId[]): Promise<void> {
    await this.#use(async (database) => {
      const transaction = database.transaction(['reaches', 'parts', 'changes'], 'readwrite');
      for (const room of rooms) {
        await transaction.objectStore('reaches').delete(room);
        for (const name of ['parts', 'changes'] as const) {
          const store = transaction.objectStore(name);
          for (const key of await store.index('room').getAllKeys(room)) await store.delete(key as never);
        }
      }
      await transaction.done;
    });
  }

  /** Makes room: all of it can be read again. */
  async drop(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    (await database?.catch(() => undefined))?.close();
    await deleteDB(this.#name).catch((thrown) => console.warn('the index stays:', Failure.from(thrown).message));
  }

  async close(): Promise<void> {
    this.#closed = true;
    (await this.#database?.catch(() => undefined))?.close();
  }

  async #use<T>(use: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await use(await this.#open());
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      if (isGone(cause)) this.#database = undefined;
      if (isFull(cause)) await this.drop();
      throw new Failure('storage', Failure.from(cause).message, { cause });
    }
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    if (this.#closed) return Promise.reject(new Failure('storage', 'the account has stopped'));
    const opening = this.#database ?? open(this.#name);
    this.#database = opening;
    // Who comes next tries again.
    opening.catch(() => (this.#database = undefined));
    return opening;
  }
}

const changed = (said: readonly Said[], changes: ReadonlyMap<EventId, Changed>): readonly Said[] =>
  said.flatMap((one) => {
    const change = changes.get(one.event);
    if (!change) return [one];
    // Whoever may delete it is for the server to say; only its sender says it better.
    if (change.text === null) return [];
    return [change.sender === one.sender ? { ...one, text: change.text } : one];
  });

const open = (name: string): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>(name, version, {
    upgrade: (database) => {
      for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
      database.createObjectStore('reaches', { keyPath: 'room' });
      database.createObjectStore('parts', { autoIncrement: true }).createIndex('room', 'room');
      database.createObjectStore('changes', { keyPath: 'event' }).createIndex('room', 'room');
    },
    // Whoever deletes it must not wait for us.
    blocking: (_from, _to, { target }) => (target as IDBDatabase).close()
  });
