import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { Failure } from '../../failure.ts';
import type { AccountId } from '../../values.ts';
import type { Credentials, Names } from './database.ts';
import { isNewer } from './fault.ts';

interface Schema extends DBSchema {
  accounts: { key: string; value: Credentials };
}

/** The accounts signed in on this browser. Where it keeps nothing, one is signed in as long as the engine lives. */
export class AccountsStore {
  readonly #database: Promise<IDBPDatabase<Schema> | null>;
  readonly #inMemory = new Map<AccountId, Credentials>();

  constructor(names: Names) {
    this.#database = open(names.accounts).catch((thrown) => {
      console.error('accounts are kept in memory alone:', Failure.from(thrown).message);
      return null;
    });
  }

  async all(): Promise<Credentials[]> {
    const database = await this.#database;
    const all = database ? await database.getAll('accounts') : [...this.#inMemory.values()];
    return all.sort((a, b) => a.since - b.since);
  }

  async put(credentials: Credentials): Promise<void> {
    const database = await this.#database;
    if (database) await database.put('accounts', credentials);
    else this.#inMemory.set(credentials.id, credentials);
  }

  async remove(id: AccountId): Promise<void> {
    await (await this.#database)?.delete('accounts', id);
    this.#inMemory.delete(id);
  }

  async close(): Promise<void> {
    (await this.#database)?.close();
  }
}

async function open(name: string): Promise<IDBPDatabase<Schema>> {
  try {
    return await openDB<Schema>(name, 1, {
      upgrade: (database) => void database.createObjectStore('accounts', { keyPath: 'id' })
    });
  } catch (thrown) {
    // A newer build has been here: as long as it has our store, we can use it.
    if (!isNewer(thrown)) throw thrown;
    return openDB<Schema>(name);
  }
}
