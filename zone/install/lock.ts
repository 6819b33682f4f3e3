import { mkdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startOf } from '../supervision/process.ts';

/**
 * Runs alone: two zones of one checkout that start at once install and build one after the other. A lock whose owner
 * has died is nobody's. Waits as long as the owner works, or until `signal`.
 */
export async function alone<T>(directory: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const owner = join(directory, 'owner');
  while (!(await take(directory, owner))) await setTimeout(200, undefined, { signal });
  try {
    return await run();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function take(directory: string, owner: string): Promise<boolean> {
  try {
    await mkdir(directory);
    await writeFile(owner, `${process.pid} ${startOf(process.pid)}`);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    if (isAbandoned(owner)) await rm(directory, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned(owner: string): boolean {
  try {
    const [pid, started] = readFileSync(owner, 'utf8').split(' ').map(Number);
    return pid === undefined || startOf(pid) !== started;
  } catch {
    // Just made and not yet signed, or just removed: look again.
    return false;
  }
}
