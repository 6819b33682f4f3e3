import { readFile, statfs } from 'node:fs/promises';
import type { Finding } from '../finding.ts';

const megabyte = 1024 * 1024;
/** What a quiet zone takes (see the budget in zone/README.md), and what must stay free beside a running one. */
const need = { stopped: 400 * megabyte, running: 100 * megabyte };

/** Bytes that may still be written on the disk of a path. */
export async function freeOn(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** Bytes that programs may still take; null where the system does not tell. */
export async function availableMemory(): Promise<number | null> {
  const table = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(table)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

export function memoryFindings(available: number | null, running: boolean): Finding[] {
  const wanted = running ? need.running : need.stopped;
  if (available === null || available >= wanted) return [];
  return [
    {
      id: 'memory.low',
      level: 'warning',
      symptom: `Only ${Math.floor(available / megabyte)} MB of memory are free; ${wanted / megabyte} MB should be.`,
      effect: 'The system may end a part of the zone at any moment.',
      fix: 'End other programs, or give the machine more memory.'
    }
  ];
}
