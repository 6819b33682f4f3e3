import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { stripVTControlCharacters } from 'node:util';
import { failure, pass, playwrightOutcome, sum, vitestOutcome, type Outcome } from './outcome.ts';
import { logOf, reportOf, type Stage } from './stages.ts';

export type Ended = { readonly stage: Stage; readonly seconds: number; readonly outcome: Outcome };

/** How long a program may take to end once it is told to, in ms. */
const patience = 10_000;
/** How long to listen on after a program's end, in ms. */
const lastWords = 2_000;

/** Ends the program also when this process is killed and can tell it nothing. */
const leash = existsSync('/usr/bin/setpriv') ? ['setpriv', '--pdeathsig', 'TERM', '--'] : [];

/** Runs a stage to its end; its words go to its log. Never rejects. */
export async function runStage(stage: Stage, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Ended> {
  const began = performance.now();
  const code = await runProgram(stage, environment, signal);
  return { stage, seconds: (performance.now() - began) / 1000, outcome: outcomeOf(stage, code) };
}

/** The exit code, or the words for why there is none. */
async function runProgram(stage: Stage, environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number | string> {
  const [program = '', ...args] = [...leash, ...stage.command];
  // A group of its own, so that what it started is told to end with it.
  const child = spawn(program, args, {
    env: { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: reportOf(stage.name) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true
  });
  const closeLog = keep([child.stdout, child.stderr], logOf(stage.name));
  const signalGroup = (name: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, name);
    } catch (thrown) {
      // The group has ended meanwhile.
      if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
    }
  };
  let givenUp: string | undefined;
  let last: NodeJS.Timeout | undefined;
  const giveUp = (why: string) => {
    givenUp ??= why;
    signalGroup('SIGTERM');
    last ??= setTimeout(() => signalGroup('SIGKILL'), patience);
  };
  const stop = () => giveUp('stopped');
  const timer = setTimeout(() => giveUp(`did not end within ${stage.minutes} minutes`), stage.minutes * 60_000);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (value, by) => resolve(value ?? `ended by ${by}`));
  });
  clearTimeout(timer);
  clearTimeout(last);
  signal.removeEventListener('abort', stop);
  // What the program left behind in its group.
  signalGroup('SIGKILL');
  await closeLog();
  return givenUp ?? code;
}

/**
 * Writes what is said to a file, without colours: some programs use them whatever one asks. The returned function waits
 * for the last words, but not for a stray process that still holds the line.
 */
function keep(streams: readonly Readable[], file: string): () => Promise<void> {
  const log = createWriteStream(file);
  const lines = streams.map((input) => createInterface({ input }));
  const closed = lines.map((one) => once(one, 'close'));
  for (const one of lines) one.on('line', (line) => log.write(`${stripVTControlCharacters(line)}\n`));
  return async () => {
    const tired = setTimeout(() => lines.forEach((one) => one.close()), lastWords);
    await Promise.all(closed);
    clearTimeout(tired);
    for (const input of streams) input.destroy();
    await finished(log.end());
  };
}

/** The tests that the stage's report counts; whatever its report hides is one failure more. */
function outcomeOf(stage: Stage, code: number | string): Outcome {
  const words = code === 0 ? '' : `${typeof code === 'number' ? `exit code ${code}` : code}\n${tail(stage.name, 60)}`;
  if (!stage.report) return code === 0 ? pass : failure(stage.name, words);
  let outcome: Outcome;
  try {
    const report = JSON.parse(readFileSync(reportOf(stage.name), 'utf8'));
    outcome = stage.report === 'vitest' ? vitestOutcome(report) : playwrightOutcome(report);
  } catch (thrown) {
    return failure(stage.name, `wrote no report: ${thrown instanceof Error ? thrown.message : thrown}\n${words}`);
  }
  if (outcome.failed.length > 0) return outcome;
  if (code !== 0) return sum([outcome, failure(stage.name, words)]);
  if (outcome.passed === 0) return sum([outcome, failure(stage.name, 'it ran no test')]);
  return outcome;
}

/** The last lines of a stage's log. */
const tail = (stage: string, lines: number): string =>
  readFileSync(logOf(stage), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
