/**
 * The stages of `npm test`. `--only STAGE` (may be repeated) runs that stage and what it needs, `--full` the longer tier
 * too (`*.full.test.ts`), `--bench` the measurements of tests/bench instead. The last line counts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { sum, type Case } from './outcome.ts';
import { runStage, type Ended } from './run-stage.ts';
import { schedule } from './schedule.ts';
import { fullTierFactor, logOf, selected, type Stage } from './stages.ts';

/** What the stages share, however many a machine has: figures and deadlines are for two. */
const cores = 2;

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    full: { type: 'boolean', default: false },
    bench: { type: 'boolean', default: false }
  }
});

const say = (text: string): unknown => process.stdout.write(`${text}\n`);
const clock = (seconds: number): string =>
  seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;

process.chdir(root);
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${root}node_modules/.bin:${process.env.PATH ?? ''}`,
  ...(options.full ? { TERTULIA_FULL: '1' } : {})
};

const ending = new AbortController();
// Not once: a terminal, npm and run.mjs may each tell us, and the second must not end us before the stages have ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());

function tell({ stage, seconds, outcome: { passed, failed, skipped } }: Ended): void {
  const counts = stage.report ? [`${passed} passed`, failed.length && `${failed.length} failed`] : [];
  const all = [...counts, skipped.length && `${skipped.length} skipped`].filter(Boolean).join(', ');
  say(`${failed.length > 0 ? '✖' : '✔'} ${stage.name.padEnd(10)} ${clock(seconds).padStart(11)}  ${all}`.trimEnd());
}

/** The frames of a stack that lie in our own files. */
const withoutForeignFrames = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !/^\s+at /.test(line) || (line.includes(root) && !line.includes('node_modules')));

function list(title: string, cases: readonly (Case & { readonly stage: Stage })[], lines: number): void {
  if (cases.length === 0) return;
  say(`\n${title}`);
  for (const { stage, name, why } of cases) {
    const words = withoutForeignFrames(stripVTControlCharacters(why).trim().split('\n')).slice(0, lines);
    say(`\n  ${stage.name}: ${name}`);
    for (const line of words) say(`    ${line}`);
    if (lines > 1) say(`    (all of it: ${logOf(stage.name)})`);
  }
}

rmSync('test-results', { recursive: true, force: true });
mkdirSync('test-results');
const began = performance.now();
const given = options.bench ? ['build', 'homeserver'] : options.only;
const chosen = selected(given).map((stage) => ({
  ...stage,
  minutes: stage.minutes * (options.full ? fullTierFactor : 1)
}));
const ended = await schedule(chosen, cores, (stage) => runStage(stage, environment, ending.signal), tell);
const cases = (of: 'failed' | 'skipped') =>
  ended.flatMap(({ stage, outcome }) => outcome[of].map((one) => ({ ...one, stage })));
list('Skipped:', cases('skipped'), 1);
list('Failed:', cases('failed'), 60);
const { passed, failed, skipped } = sum(ended.map(({ outcome }) => outcome));

if (options.bench && failed.length === 0) {
  const { status } = spawnSync('node', ['tests/bench/main.ts'], { env: environment, stdio: 'inherit' });
  process.exit(status ?? 1);
}
say(`\nIt took ${clock((performance.now() - began) / 1000)}.`);
say(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exit(failed.length > 0 || passed === 0 ? 1 : 0);
