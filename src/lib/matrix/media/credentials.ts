import type { AccountId } from '../values.ts';
import type { Credentials } from '../engine/store/database.ts';

/** The engine's database of accounts (`Names` in `engine/store/database.ts`). */
const database = 'tertulia';
const store = 'accounts';

/**
 * What signs an account in, read from the engine's database by whoever is not the engine. Undefined where the account is
 * not here. Never makes the database nor raises its version, and lets go of it at once: the engine alone shapes it.
 */
export async function credentialsOf(account: AccountId): Promise<Credentials | undefined> {
  const opened = await open();
  if (!opened) return undefined;
  try {
    if (!opened.objectStoreNames.contains(store)) return undefined;
    return await answered<Credentials | undefined>(opened.transaction(store).objectStore(store).get(account));
  } finally {
    opened.close();
  }
}

function open(): Promise<IDBDatabase | null> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(database);
    let missing = false;
    request.onupgradeneeded = () => {
      missing = true;
      // Undoes its creation.
      request.transaction?.abort();
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => (missing ? resolve(null) : reject(request.error));
  });
}

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
