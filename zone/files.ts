import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

export type FileContent = { readonly path: string; readonly mode: number; readonly text: string };

/** Writes a file as a whole or not at all: beside, synced, then renamed. Its directory is made (0700) where missing. */
export async function writeWhole({ path, mode, text }: FileContent): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.new`;
  const file = await open(beside, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(beside, mode);
  await rename(beside, path);
}

/** Writes where the content differs; true where it did. */
export async function writeWhereDifferent(file: FileContent): Promise<boolean> {
  if (existsSync(file.path) && readFileSync(file.path, 'utf8') === file.text) {
    await chmod(file.path, file.mode);
    return false;
  }
  await writeWhole(file);
  return true;
}

export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
