import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { failure, pass, playwrightOutcome, sum, vitestOutcome } from './outcome.ts';
import { runStage, type Ended } from './run-stage.ts';
import { schedule } from './schedule.ts';
import { logOf, reportOf, selected, stages, type Stage } from './stages.ts';

describe('reports', () => {
  it('of Vitest are counted, with files that could not be run', () => {
    const result = (status: string, more = {}) => ({
      status,
      ancestorTitles: ['things', 'it'],
      title: status,
      ...more
    });
    const outcome = vitestOutcome({
      testResults: [
        {
          name: 'a.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [
            result('passed'),
            result('failed', { failureMessages: ['one', 'two'] }),
            result('skipped', { meta: { reason: 'no namespaces' } }),
            result('todo')
          ]
        },
        { name: 'b.test.ts', status: 'failed', message: 'cannot import', assertionResults: [] },
        { name: 'c.test.ts', status: 'failed', message: 'afterAll threw', assertionResults: [result('passed')] }
      ]
    });
    expect(outcome.passed).toBe(2);
    expect(outcome.failed).toEqual([
      { name: 'things › it › failed', why: 'one\ntwo' },
      { name: 'b.test.ts', why: 'cannot import' },
      { name: 'c.test.ts', why: 'afterAll threw' }
    ]);
    expect(outcome.skipped.map(({ why }) => why)).toEqual(['no namespaces', 'no reason was given']);
  });

  it('of Playwright are counted, a second try is none', () => {
    const test = (status: string, more = {}) => ({ status, results: [], ...more });
    const outcome = playwrightOutcome({
      suites: [
        {
          title: 'chat.test.ts',
          suites: [
            {
              title: 'two people',
              specs: [
                { title: 'write', tests: [test('expected')] },
                { title: 'flake', tests: [test('flaky')] },
                { title: 'fail', tests: [test('unexpected', { results: [{ errors: [{ message: 'no' }] }] })] },
                { title: 'skip', tests: [test('skipped', { annotations: [{ type: 'skip', description: 'why' }] })] }
              ]
            }
          ]
        }
      ],
      errors: [{ message: 'a hook failed' }]
    });
    expect(outcome.passed).toBe(1);
    expect(outcome.failed).toEqual([
      { name: 'chat.test.ts › two people › flake', why: 'flaky' },
      { name: 'chat.test.ts › two people › fail', why: 'no' },
      { name: 'Playwright', why: 'a hook failed' }
    ]);
    expect(outcome.skipped).toEqual([{ name: 'chat.test.ts › two people › skip', why: 'why' }]);
  });
});

const stage = (name: string, more: Partial<Stage> = {}): Stage => ({
  name,
  command: ['true'],
  cores: 1,
  minutes: 1,
  ...more
});

describe('stages', () => {
  it('are chosen with what they need', () => {
    expect(selected([])).toBe(stages);
    expect(selected(['e2e', 'format']).map(({ name }) => name)).toEqual(['build', 'format', 'homeserver', 'e2e']);
    expect(() => selected(['nothing'])).toThrow('there is no stage "nothing"; there are: build,');
  });

  it('run side by side while cores are free, in order, after what they need', async () => {
    const order: string[] = [];
    const running = new Set<Stage>();
    let most = 0;
    const run = async (one: Stage): Promise<Ended> => {
      order.push(one.name);
      running.add(one);
      most = Math.max(
        most,
        [...running].reduce((total, { cores }) => total + cores, 0)
      );
      await new Promise((next) => setTimeout(next));
      running.delete(one);
      return { stage: one, seconds: 0, outcome: one.name === 'bad' ? failure('bad', 'so') : pass };
    };
    const all = [
      stage('first'),
      stage('bad'),
      stage('heavy', { cores: 2, needs: ['first'] }),
      stage('late', { needs: ['heavy'] }),
      stage('never', { needs: ['bad'] }),
      stage('nor this', { needs: ['never'] })
    ];
    const told: string[] = [];
    const ended = await schedule(all, 2, run, ({ stage: { name } }) => told.push(name));
    expect(order).toEqual(['first', 'bad', 'heavy', 'late']);
    expect(most).toBe(2);
    expect([...told].sort()).toEqual(all.map(({ name }) => name).sort());
    const { passed, failed } = sum(ended.map(({ outcome }) => outcome));
    expect(passed).toBe(3);
    expect(failed.slice(1)).toEqual([
      { name: 'never', why: 'not run, as bad failed' },
      { name: 'nor this', why: 'not run, as never failed' }
    ]);
  });
});

describe('a stage', () => {
  const name = 'self-check of the runner';
  const run = (code: string, more: Partial<Stage> = {}, signal = new AbortController().signal) =>
    runStage(stage(name, { command: [process.execPath, '-e', code], ...more }), process.env, signal);
  const writeReport = (report: unknown) =>
    `require('fs').writeFileSync(${JSON.stringify(reportOf(name))}, ${JSON.stringify(JSON.stringify(report))});`;
  beforeAll(() => void mkdirSync('test-results', { recursive: true }));
  afterEach(() => {
    for (const file of [logOf(name), reportOf(name)]) rmSync(file, { force: true });
  });

  it('without a report is one test', async () => {
    expect((await run('console.log(1)')).outcome).toEqual(pass);
    expect(readFileSync(logOf(name), 'utf8')).toBe('1\n');
    const { outcome } = await run('console.log("why"); process.exit(3)');
    expect(outcome).toEqual(failure(name, 'exit code 3\nwhy'));
  });

  it('whose program is not there has failed', async () => {
    const { outcome } = await run('', { command: ['no-such-program'] });
    expect(outcome.failed[0]?.why).toMatch(/no-such-program.*(?:ENOENT|No such file)/s);
  });

  it('fails where its report counts nothing, is missing, or hides a failure', async () => {
    const good = {
      testResults: [
        {
          name: 'a',
          status: 'passed',
          message: '',
          assertionResults: [{ status: 'passed', ancestorTitles: [], title: 'a' }]
        }
      ]
    };
    const vitest = { report: 'vitest' } as const;
    expect((await run(writeReport(good), vitest)).outcome).toEqual(pass);
    expect((await run(`${writeReport(good)} process.exit(1)`, vitest)).outcome.failed.length).toBe(1);
    expect((await run(writeReport({ testResults: [] }), vitest)).outcome.failed[0]?.why).toBe('it ran no test');
    rmSync(reportOf(name));
    expect((await run('', vitest)).outcome.failed[0]?.why).toMatch(/^wrote no report/);
  });

  it('is given up when its time is over, with all that it started', async () => {
    const code = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)']);
      console.log(child.pid); setInterval(() => {}, 1e3)`;
    const { outcome } = await run(code, { minutes: 0.05 });
    expect(outcome.failed[0]?.why).toMatch(/^did not end within 0\.05 minutes/);
    const pid = Number(readFileSync(logOf(name), 'utf8'));
    expect(pid).toBeGreaterThan(0);
    // A kill is an order; the kernel carries it out a moment later.
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5000 });
  });

  it('does not wait for a stray process that left the group', async () => {
    const code = `const { pid } = require('child_process').spawn('sleep', ['30'], { detached: true, stdio: 'inherit' });
      console.log(pid); process.exit(0)`;
    const { seconds, outcome } = await run(code);
    process.kill(Number(readFileSync(logOf(name), 'utf8')), 'SIGKILL');
    expect(outcome).toEqual(pass);
    expect(seconds).toBeLessThan(10);
  });

  it('ends when the run is stopped', async () => {
    const ending = new AbortController();
    const running = run('setInterval(() => {}, 1e3)', {}, ending.signal);
    ending.abort();
    expect((await running).outcome.failed[0]?.why).toMatch(/^stopped/);
  });
});

/** Whether a process is alive; one that has ended and waits to be noticed by its parent is not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw thrown;
  }
}
