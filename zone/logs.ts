import { open, stat } from 'node:fs/promises';

/** The last lines of a file, at most 64 KiB of them; none where it is missing. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const size = await stat(path).then(
    ({ size }) => size,
    () => 0
  );
  if (size === 0) return [];
  const file = await open(path);
  try {
    const length = Math.min(size, 65_536);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString().trimEnd().split('\n').slice(-count);
  } finally {
    await file.close();
  }
}
