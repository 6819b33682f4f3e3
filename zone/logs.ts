import { existsSync, watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** The last lines of a file, of at most its last 64 KiB; none where it is missing. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const size = existsSync(path) ? (await stat(path)).size : 0;
  const text = await pieceOf(path, Math.max(0, size - 65_536), size);
  return text ? text.trimEnd().split('\n').slice(-count) : [];
}

async function pieceOf(path: string, from: number, to: number): Promise<string> {
  if (to <= from) return '';
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Tells what is added to files of one directory, until `signal`. A file that is cut is read from its beginning. */
export async function follow(
  paths: readonly string[],
  tell: (path: string, text: string) => void,
  signal: AbortSignal
): Promise<void> {
  const sizeOf = async (path: string) => (existsSync(path) ? (await stat(path)).size : 0);
  const read = new Map(await Promise.all(paths.map(async (path) => [path, await sizeOf(path)] as const)));
  // One reader at a time, so that no piece is told twice.
  let reading = Promise.resolve();
  const more = async (path: string) => {
    const size = await sizeOf(path);
    const from = size < (read.get(path) ?? 0) ? 0 : (read.get(path) ?? 0);
    read.set(path, size);
    const text = await pieceOf(path, from, size);
    if (text) tell(path, text);
  };
  const [first] = paths;
  if (!first) return;
  const watcher = watch(dirname(first), { signal }, (_, changed) => {
    const path = paths.find((known) => basename(known) === changed);
    if (path) reading = reading.then(() => more(path));
  });
  await new Promise<void>((resolve) => watcher.once('close', resolve));
  await reading;
}
