import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { RoomRecord } from '../sync/record.ts';
import type { RoomId, TransactionId } from '../../values.ts';
import type { Draft, OutboxItem } from './database.ts';

/** That a conversation is encrypted, and how: known for good, whatever becomes of its record. */
export type Encrypted = { readonly room: RoomId; readonly content: Record<string, unknown> };

interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxItem; indexes: { order: number } };
  drafts: { key: string; value: Draft };
  encrypted: { key: string; value: Encrypted };
}
type Upgrade = IDBPTransaction<Schema, ('outbox' | 'drafts' | 'encrypted')[], 'versionchange'>;

const version = 2;

/** What nobody but this browser knows: it is wiped when one signs out and by nothing else. */
export class Kept {
  readonly #database: IDBPDatabase<Schema>;

  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  static async open(name: string): Promise<Kept> {
    return new Kept(
      await openDB<Schema>(name, version, {
        upgrade: async (database, from, _to, transaction) => {
          if (from < 1) database.createObjectStore('outbox', { keyPath: 'transaction' }).createIndex('order', 'order');
          if (from < 2) {
            database.createObjectStore('drafts', { keyPath: 'room' });
            database.createObjectStore('encrypted', { keyPath: 'room' });
          }
          if (from === 1) await leaveCacheOut(database as unknown as IDBPDatabase<FirstSchema>, transaction);
        }
      })
    );
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

  async draft(room: RoomId): Promise<string> {
    return (await this.#database.get('drafts', room))?.text ?? '';
  }

  /** An empty text is no draft. */
  async putDraft(draft: Draft): Promise<void> {
    if (draft.text === '') await this.#database.delete('drafts', draft.room);
    else await this.#database.put('drafts', draft);
  }

  encrypted(): Promise<Encrypted[]> {
    return this.#database.getAll('encrypted');
  }

  async putEncrypted(rooms: readonly Encrypted[]): Promise<void> {
    if (rooms.length === 0) return;
    const { store, done } = this.#database.transaction('encrypted', 'readwrite');
    for (const room of rooms) void store.put(room);
    await done;
  }

  close(): void {
    this.#database.close();
  }
}

/** Version 1 held the records too. They are told anew, all but what only we remember. */
interface FirstSchema extends DBSchema {
  rooms: { key: string; value: RoomRecord };
  accountData: { key: string; value: unknown };
  positions: { key: string; value: unknown };
}

async function leaveCacheOut(database: IDBPDatabase<FirstSchema>, upgrade: Upgrade): Promise<void> {
  const rooms = (upgrade as unknown as IDBPTransaction<FirstSchema, ['rooms'], 'versionchange'>).objectStore('rooms');
  for (const { id: room, encryption: content } of await rooms.getAll())
    if (content) void upgrade.objectStore('encrypted').put({ room, content });
  for (const name of ['rooms', 'accountData', 'positions'] as const) database.deleteObjectStore(name);
}
