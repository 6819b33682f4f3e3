import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { RawEvent } from '../event.ts';
import { briefOf, orderOf, type Brief } from '../sync/brief.ts';
import type { RoomRecord } from '../sync/record.ts';
import type { AccountDatum } from '../sync/wire.ts';
import type { RoomId } from '../../values.ts';
import type { Change, Positions, Sealed, Start, Summary, Tail } from './database.ts';

interface Schema extends DBSchema {
  rooms: {
    key: string;
    /** Ascending `order` is the order of the list; what has none is not listed. */
    value: { readonly id: RoomId; readonly order: number | null; readonly record: RoomRecord };
    indexes: { order: number };
  };
  /** Beside the records, so that all conversations are known without reading them. */
  briefs: { key: string; value: Brief };
  accountData: { key: string; value: AccountDatum };
  positions: { key: keyof Positions; value: NonNullable<Positions[keyof Positions]> };
  summary: { key: 'list'; value: Summary };
  tails: { key: string; value: Tail };
  sealed: { key: string; value: Sealed };
}

/** A change of this shape is a higher number: what another build has kept is thrown away and told anew. */
const version = 10;

/** The database behind the cache: it does as told or rejects. */
export class CacheDatabase {
  readonly #database: IDBPDatabase<Schema>;

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  static async open(name: string): Promise<CacheDatabase> {
    const database = await openDB<Schema>(name, version, {
      upgrade: (database) => {
        for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
        database.createObjectStore('rooms', { keyPath: 'id' }).createIndex('order', 'order');
        database.createObjectStore('briefs', { keyPath: 'id' });
        database.createObjectStore('accountData', { keyPath: 'type' });
        database.createObjectStore('positions');
        database.createObjectStore('summary');
        database.createObjectStore('tails', { keyPath: 'room' });
        database.createObjectStore('sealed', { keyPath: 'room' });
      },
      // Whoever deletes it must not wait for us.
      blocking: (_from, _to, { target }) => (target as IDBDatabase).close()
    });
    return new CacheDatabase(database);
  }

  /** An empty one in the place of whatever is there. */
  static async anew(name: string): Promise<CacheDatabase> {
    const { promise, reject } = Promise.withResolvers<never>();
    await Promise.race([deleteDB(name, { blocked: () => reject(new Error('somebody holds it open')) }), promise]);
    return CacheDatabase.open(name);
  }

  /** What the first paint needs, whatever else is kept: as much for 5,000 conversations as for 20. */
  async start(count: number): Promise<Start> {
    const transaction = this.#database.transaction(['rooms', 'accountData', 'positions', 'summary']);
    const [rooms, accountData, summary, positions] = await Promise.all([
      transaction.objectStore('rooms').index('order').getAll(null, count),
      transaction.objectStore('accountData').getAll(),
      transaction.objectStore('summary').get('list'),
      this.positions()
    ]);
    return { positions, summary, accountData, rooms: rooms.map(({ record }) => record) };
  }

  async positions(): Promise<Positions> {
    const { store } = this.#database.transaction('positions');
    const keys = ['list', 'crypto', 'toDevice', 'fill', 'taking'] as const;
    const [list, crypto, toDevice, fill, taking] = await Promise.all(keys.map((key) => store.get(key)));
    return { list, crypto, toDevice, fill, taking } as Positions;
  }

  /** Those behind `after`, by their ids. */
  briefs(after: RoomId | null, count: number): Promise<Brief[]> {
    return this.#database.getAll('briefs', after === null ? null : IDBKeyRange.lowerBound(after, true), count);
  }

  async records(rooms: readonly RoomId[]): Promise<RoomRecord[]> {
    const { store } = this.#database.transaction('rooms');
    const found = await Promise.all(rooms.map((room) => store.get(room)));
    return found.flatMap((one) => (one ? [one.record] : []));
  }

  /** All of a change or nothing of it. */
  async write(change: Change): Promise<void> {
    const names = ['rooms', 'briefs', 'accountData', 'positions', 'summary', 'tails', 'sealed'] as const;
    const transaction = this.#database.transaction(names, 'readwrite', { durability: 'relaxed' });
    const into = transaction.objectStore.bind(transaction);
    const asked: Promise<unknown>[] = [transaction.done];
    try {
      for (const record of change.rooms ?? []) {
        asked.push(into('rooms').put({ id: record.id, order: orderOf(record), record }));
        asked.push(into('briefs').put(briefOf(record)));
        if (record.membership === 'left') asked.push(into('tails').delete(record.id));
        if (!record.unread.events.some(({ kind }) => kind === 'sealed')) asked.push(into('sealed').delete(record.id));
      }
      for (const id of change.gone ?? [])
        for (const name of ['rooms', 'briefs', 'tails', 'sealed'] as const) asked.push(into(name).delete(id));
      for (const datum of change.accountData ?? []) asked.push(into('accountData').put(datum));
      for (const [key, value] of Object.entries(change.positions ?? {}))
        if (value === null) asked.push(into('positions').delete(key as keyof Positions));
        else if (value !== undefined) asked.push(into('positions').put(value, key as keyof Positions));
      if (change.summary) asked.push(into('summary').put(change.summary, 'list'));
    } catch (thrown) {
      transaction.abort();
      await Promise.allSettled(asked);
      throw thrown;
    }
    await Promise.all(asked);
  }

  tail(room: RoomId): Promise<Tail | undefined> {
    return this.#database.get('tails', room);
  }

  async putTail(tail: Tail): Promise<void> {
    const { store, done } = this.#database.transaction('tails', 'readwrite', { durability: 'relaxed' });
    await Promise.all([store.put(tail), done]);
  }

  async sealed(room: RoomId): Promise<readonly RawEvent[]> {
    return (await this.#database.get('sealed', room))?.events ?? [];
  }

  async putSealed(sealed: Sealed): Promise<void> {
    const { store, done } = this.#database.transaction('sealed', 'readwrite', { durability: 'relaxed' });
    await Promise.all([store.put(sealed), done]);
  }

  /** What is sealed is told by the server again, too. */
  async dropTails(): Promise<void> {
    await Promise.all([this.#database.clear('tails'), this.#database.clear('sealed')]);
  }

  close(): void {
    this.#database.close();
  }
}
