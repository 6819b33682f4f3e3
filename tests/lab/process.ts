import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** A process told apart from a later one of the same number: `started` is in clock ticks since the machine started. */
export type ProcessId = { readonly pid: number; readonly started: number };

/** Field 22 of /proc/PID/stat (proc(5)); null where there is no such process, or only its corpse is left. */
export function processId(pid: number): ProcessId | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself hold brackets and spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : { pid, started: Number(fields[19]) };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Whether exactly this process still runs. */
export const isAlive = (process: ProcessId): boolean => processId(process.pid)?.started === process.started;

/** The processes that this one forked, by its main thread. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

// ENOENT: no such process. ESRCH: it went while we read.
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');

/**
 * Starts a program that the kernel kills when this thread ends, however it ends (prctl(2), PR_SET_PDEATHSIG).
 * The program must not fork and leave: what it forks is not bound.
 */
export const spawnBound = (argv: readonly string[], options: SpawnOptions): ChildProcess =>
  spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], options);

export type RunOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Then it is killed; 30 by default. */
  readonly seconds?: number;
  /** Exit codes that are answers, not failures. */
  readonly codes?: readonly number[];
};

/** Runs a program to its end and returns what it printed. Throws with its error output when it fails. */
export async function run(
  argv: readonly string[],
  { seconds = 30, codes = [0], ...options }: RunOptions = {}
): Promise<string> {
  const [program = '', ...rest] = argv;
  const limits = { timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: 64 << 20 } as const;
  try {
    return (await promisify(execFile)(program, rest, { ...limits, ...options })).stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.includes(Number(error.code)) && 'stdout' in error) {
      return String(error.stdout);
    }
    throw error;
  }
}

/** Sends a signal and waits until the process has ended. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Polls until `check` gives something; the error names what was waited for. */
export async function until<T>(
  what: string,
  check: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { seconds = 10, every = 20 } = {}
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
