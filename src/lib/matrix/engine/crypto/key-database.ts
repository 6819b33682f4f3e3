import { openDB, type IDBPDatabase } from 'idb';

/** Uses the SDK's own database of keys, for what the SDK cannot be asked. null: there is none, and none is made. */
export async function withKeyDatabase<T>(
  prefix: string,
  use: (database: IDBPDatabase) => Promise<T>
): Promise<T | null> {
  let isThere = true;
  try {
    const database = await openDB(`${prefix}::matrix-sdk-crypto`, undefined, {
      upgrade: (_database, _from, _to, making) => {
        isThere = false;
        making.done.catch(() => undefined);
        making.abort();
      }
    });
    try {
      return await use(database);
    } finally {
      database.close();
    }
  } catch (thrown) {
    if (isThere) throw thrown;
    return null;
  }
}
