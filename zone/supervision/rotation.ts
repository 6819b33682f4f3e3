import { existsSync } from 'node:fs';
import { copyFile, stat, truncate } from 'node:fs/promises';

/** Bytes of one log, of which one older piece is kept beside. */
export const logLimit = 10 * 1024 * 1024;

/** Starts a log anew where it has grown too long. Its writer appends, so it notices nothing. */
export async function rotate(path: string): Promise<void> {
  if (!existsSync(path) || (await stat(path)).size < logLimit) return;
  await copyFile(path, `${path}.1`);
  await truncate(path);
}
