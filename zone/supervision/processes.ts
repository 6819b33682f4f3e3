import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Layout } from '../layout.ts';
import { signalGroup } from './process.ts';
import { startOf } from './started.mjs';

const record = z.object({ name: z.string(), pid: z.int(), started: z.number() });
export type ProcessRecord = z.infer<typeof record>;

/** Processes that a zone answers for, as written down by its supervisor. A damaged list is an empty one. */
export function recordedProcesses(layout: Layout): ProcessRecord[] {
  if (!existsSync(layout.processes)) return [];
  try {
    return z.array(record).parse(JSON.parse(readFileSync(layout.processes, 'utf8')));
  } catch (thrown) {
    // A list cut short by a power failure names processes that did not outlive it either.
    if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) return [];
    throw thrown;
  }
}

/** Writes the list; not synced, as no process outlives the machine. */
export async function recordProcesses(layout: Layout, list: readonly ProcessRecord[]): Promise<void> {
  await writeFile(`${layout.processes}.new`, JSON.stringify(list), { mode: 0o600 });
  await rename(`${layout.processes}.new`, layout.processes);
}

/** Those that run on though their supervisor is gone. The start time tells them from others that got their number. */
export const orphansOf = (layout: Layout): ProcessRecord[] =>
  recordedProcesses(layout).filter(({ pid, started }) => startOf(pid) === started);

/** Ends an orphan and its group: asks, and after 2.5 s insists. */
export async function stopOrphan({ pid, started }: ProcessRecord): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const insist = Date.now() + 2500;
  while (startOf(pid) === started) {
    if (Date.now() > insist) signalGroup(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
