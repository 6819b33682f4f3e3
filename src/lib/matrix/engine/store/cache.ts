import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { RoomRecord } from '../sync/record.ts';
import { orderOf } from '../sync/records.ts';
import type { AccountDatum } from '../sync/wire.ts';
import type { RoomId } from '../../values.ts';
import type { Change, Positions, Summary, Tail } from './database.ts';

interface Schema extends DBSchema {
  rooms: {
    key: string;
    /** Ascending `order` is the order of the list; what has none is not listed. */
    value: { readonly id: RoomId; readonly order: number | null; readonly record: RoomRecord };
    indexes: { order: number };
  };
  accountData: { key: string; value: AccountDatum };
  positions: { key: keyof Positions; value: string };
  summary: { key: 'list'; value: Summary };
  tails: { key: string; value: Tail };
}

/** A change of this shape is a higher number: what an older build has kept is thrown away and told anew. */
const version = 1;
const stores = ['rooms', 'accountData', 'positions', 'summary', 'tails'] as const;

/** What the server has told, kept so that the next start need not ask. All of it may be thrown away at any time. */
export class Cache {
  readonly #database: IDBPDatabase<Schema>;

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  static async open(name: string): Promise<Cache> {
    return new Cache(
      await openDB<Schema>(name, version, {
        upgrade: (database) => {
          for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
          database.createObjectStore('rooms', { keyPath: 'id' }).createIndex('order', 'order');
          database.createObjectStore('accountData', { keyPath: 'type' });
          database.createObjectStore('positions');
          database.createObjectStore('summary');
          database.createObjectStore('tails', { keyPath: 'room' });
        }
      })
    );
  }

  async rooms(): Promise<RoomRecord[]> {
    return (await this.#database.getAll('rooms')).map(({ record }) => record);
  }

  accountData(): Promise<AccountDatum[]> {
    return this.#database.getAll('accountData');
  }

  async positions(): Promise<Positions> {
    const { store } = this.#database.transaction('positions');
    const [list, crypto, toDevice] = await Promise.all([store.get('list'), store.get('crypto'), store.get('toDevice')]);
    return { list, crypto, toDevice };
  }

  summary(): Promise<Summary | undefined> {
    return this.#database.get('summary', 'list');
  }

  async commit(change: Change): Promise<void> {
    const transaction = this.#database.transaction(stores, 'readwrite', { durability: 'relaxed' });
    const rooms = transaction.objectStore('rooms');
    for (const record of change.rooms ?? []) {
      void rooms.put({ id: record.id, order: orderOf(record), record });
      if (record.membership === 'left') void transaction.objectStore('tails').delete(record.id);
    }
    for (const id of change.gone ?? []) {
      void rooms.delete(id);
      void transaction.objectStore('tails').delete(id);
    }
    for (const datum of change.accountData ?? []) void transaction.objectStore('accountData').put(datum);
    for (const [key, value] of Object.entries(change.positions ?? {}))
      if (value !== undefined) void transaction.objectStore('positions').put(value, key as keyof Positions);
    if (change.summary) void transaction.objectStore('summary').put(change.summary, 'list');
    await transaction.done;
  }

  tail(room: RoomId): Promise<Tail | undefined> {
    return this.#database.get('tails', room);
  }

  async putTail(tail: Tail): Promise<void> {
    const { store, done } = this.#database.transaction('tails', 'readwrite', { durability: 'relaxed' });
    void store.put(tail);
    await done;
  }

  async dropTails(): Promise<void> {
    await this.#database.clear('tails');
  }

  close(): void {
    this.#database.close();
  }
}
