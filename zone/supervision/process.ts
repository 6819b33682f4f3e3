import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync, readdirSync } from 'node:fs';
import type { Command } from '../component.ts';

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** How it ended, in a word. */
export const wordsOf = ({ code, signal }: Exit): string => signal ?? `code ${code}`;

/** A running program. `ended` never rejects. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Exit>;
  /** To it and all that it has started. */
  signal(signal: NodeJS.Signals): void;
}

export type Launch = (command: Command, log: string) => Running;

/** `NODE_EXTRA_CA_CERTS`: whom this machine trusts beside the usual ones. */
const inherited = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];

/**
 * Starts a program in a process group of its own, its output appended to `log`. The system ends it when this process
 * dies, however that happens (prctl PR_SET_PDEATHSIG, through util-linux's setpriv).
 */
export const launch: Launch = (command, log) => {
  const output = openSync(log, 'a', 0o600);
  try {
    const environment = Object.fromEntries(
      inherited.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : []))
    );
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', command.program, ...command.arguments], {
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...environment, ...command.environment }
    });
    const ended = new Promise<Exit>((resolve) => {
      child.once('error', () => resolve({ code: 127, signal: null }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const { pid } = child;
    return { pid: pid ?? 0, ended, signal: (signal) => pid !== undefined && signalGroup(pid, signal) };
  } finally {
    closeSync(output);
  }
};

/** To every process of a group; nothing where it is gone. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

/** Proportional memory (PSS) in bytes, of a process or of its whole group; null where the system does not tell. */
export function memoryOf(leader: number, of: 'process' | 'group' = 'group'): number | null {
  let sum: number | null = null;
  for (const pid of of === 'group' ? membersOf(leader) : [leader]) {
    try {
      const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
      if (kilobytes) sum = (sum ?? 0) + Number(kilobytes) * 1024;
    } catch (thrown) {
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
    }
  }
  return sum;
}

function membersOf(group: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => groupOf(pid) === group);
}

function groupOf(pid: number): number | null {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[2]
    );
  } catch (thrown) {
    if (['ENOENT', 'ESRCH'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return null;
    throw thrown;
  }
}
