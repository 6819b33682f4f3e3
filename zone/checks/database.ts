import { DatabaseSync } from 'node:sqlite';

/** Why a database cannot be opened; null where it can. Reads its first pages only: quick whatever its size. */
export const openingProblem = (path: string): string | null => question(path, 'SELECT count(*) FROM sqlite_schema');

/** The first thing that SQLite finds wrong in the whole file; null: sound. Some seconds a gigabyte. */
export const integrityProblem = (path: string): string | null => question(path, 'PRAGMA quick_check(1)');

function question(path: string, sql: string): string | null {
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    try {
      const row = database.prepare(sql).get() as Record<string, unknown> | undefined;
      const [answer] = Object.values(row ?? {});
      return typeof answer === 'string' && answer !== 'ok' ? answer : null;
    } finally {
      database.close();
    }
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
