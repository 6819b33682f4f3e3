/**
 * The one thing that a lab leaves on the disk: a directory whose name says whose it is. Processes and networks need no
 * list: they live in namespaces that no name holds, so the kernel takes them away with their owner (see `host.ts`).
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, processId } from './process.ts';

const named = /^tertulia-lab-(\d+)-(\d+)-/;

/** A new directory of this process; the lab that asked for it removes it. */
export function makeScratch(parent = tmpdir()): string {
  const owner = processId(process.pid);
  if (!owner) throw new Error('this process is not in /proc');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, `tertulia-lab-${owner.pid}-${owner.started}-`));
}

export const removeScratch = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 20 });

/** Removes what labs of ended processes left behind; returns the directories removed. */
export function sweep(parent = tmpdir()): string[] {
  const orphans = readdirSync(parent).filter((name) => {
    const owner = named.exec(name);
    return owner && !isAlive({ pid: Number(owner[1]), started: Number(owner[2]) });
  });
  const paths = orphans.map((name) => join(parent, name));
  paths.forEach(removeScratch);
  return paths;
}
