import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { startOf } from '../supervision/process.ts';

/**
 * Runs alone: two zones of one checkout that start at once install and build one after the other. The lock is a file
 * that names its owner; that of a dead one is nobody's. Waits as long as the owner works, or until `signal`.
 */
export async function alone<T>(path: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  while (!(await take(path))) await setTimeout(100, undefined, { signal });
  try {
    return await run();
  } finally {
    await unlink(path);
  }
}

let tries = 0;

async function take(path: string): Promise<boolean> {
  tries += 1;
  const mine = `${path}.${process.pid}.${tries}`;
  await writeFile(mine, `${process.pid} ${startOf(process.pid)}`);
  try {
    // Made with its content at once, or not at all.
    await link(mine, path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    await removeAbandoned(path, mine);
    return false;
  } finally {
    await unlink(mine);
  }
}

/** Takes the lock of a dead owner away, by way of `aside`. */
async function removeAbandoned(path: string, aside: string): Promise<void> {
  const owner = await ownerOf(path);
  if (owner === null || isAlive(owner)) return;
  try {
    await rename(path, aside);
  } catch (thrown) {
    // Another one was faster.
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  // Between looking and taking, another may have put a lock of its own there: back with it.
  if ((await ownerOf(aside)) !== owner) await link(aside, path);
}

const ownerOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

function isAlive(owner: string): boolean {
  const [pid = 0, started] = owner.split(' ').map(Number);
  return startOf(pid) === started;
}
