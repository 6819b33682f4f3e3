import { describe, expect, it } from 'vitest';
import { backOff, Part, patience, recovered, type Clock, type PartState } from './part.ts';
import type { Exit, Running } from './process.ts';

/** Time that passes only when told, and what waits for it. */
class FakeClock implements Clock {
  #now = 0;
  #waiting: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.#now + ms, run };
    this.#waiting.push(entry);
    return () => (this.#waiting = this.#waiting.filter((other) => other !== entry));
  }

  /** Lets time pass, and all promises that come of it. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.#waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
    await settled();
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

class FakeChild implements Running {
  readonly pid: number;
  readonly signals: NodeJS.Signals[] = [];
  readonly #ended = Promise.withResolvers<Exit>();
  readonly ended = this.#ended.promise;
  readonly #obeys: boolean;

  constructor(pid: number, obeys = true) {
    this.pid = pid;
    this.#obeys = obeys;
  }

  end(exit: Exit = { code: 1, signal: null }): void {
    this.#ended.resolve(exit);
  }

  signal(signal: NodeJS.Signals): void {
    this.signals.push(signal);
    if (signal === 'SIGKILL' || this.#obeys) this.end({ code: null, signal });
  }
}

function scene({
  obeys = true,
  answers = async () => true
}: { obeys?: boolean; answers?: () => Promise<boolean> } = {}) {
  const clock = new FakeClock();
  const children: FakeChild[] = [];
  const states: PartState[] = [];
  const part = new Part({
    clock,
    launch: () => {
      const child = new FakeChild(100 + children.length, obeys);
      children.push(child);
      return child;
    },
    answers,
    changed: (state) => states.push(state)
  });
  return { clock, children, states, part };
}

describe('a part', () => {
  it('is starting until it answers, then running', async () => {
    let ready = false;
    const { clock, part } = scene({ answers: async () => ready });
    part.start();
    await clock.pass(5000);
    expect(part.state).toMatchObject({ state: 'starting', pid: 100 });
    ready = true;
    await clock.pass(100);
    expect(part.state).toMatchObject({ state: 'running', pid: 100, since: 5100 });
  });

  it('that ends is started again after 1, 2, 4 … at most 30 s', async () => {
    const { clock, children, part } = scene();
    part.start();
    const waits: number[] = [];
    for (let failure = 0; failure < 7; failure += 1) {
      await clock.pass(0);
      const before = clock.now();
      children.at(-1)?.end();
      await clock.pass(0);
      expect(part.state).toMatchObject({ state: 'waiting', exit: { code: 1 }, restarts: failure + 1 });
      while (part.state.state === 'waiting') await clock.pass(500);
      waits.push(clock.now() - before);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(children).toHaveLength(8);
  });

  it('that has run for a minute begins again with the shortest wait', async () => {
    const { clock, children, part } = scene();
    part.start();
    for (let failure = 0; failure < 3; failure += 1) {
      await clock.pass(0);
      children.at(-1)?.end();
      await clock.pass(30_000);
    }
    await clock.pass(recovered);
    children.at(-1)?.end();
    await clock.pass(0);
    expect(part.state).toMatchObject({ state: 'waiting', until: clock.now() + 1000 });
  });

  it('that ends takes along what it has started', async () => {
    const { clock, children, part } = scene();
    part.start();
    await clock.pass(0);
    children[0]?.end();
    await clock.pass(0);
    expect(children[0]?.signals).toEqual(['SIGKILL']);
  });

  it('that obeys stops at once', async () => {
    const { clock, children, part } = scene();
    part.start();
    await clock.pass(0);
    await part.stop();
    expect(clock.now()).toBe(0);
    expect(children[0]?.signals[0]).toBe('SIGTERM');
    expect(part.state).toEqual({ state: 'stopped' });
  });

  it('that does not obey is killed after a bound', async () => {
    const { clock, children, part } = scene({ obeys: false });
    part.start();
    await clock.pass(0);
    const stopped = part.stop();
    await clock.pass(patience - 1);
    expect(children[0]?.signals).toEqual(['SIGTERM']);
    await clock.pass(1);
    await stopped;
    expect(children[0]?.signals.slice(0, 2)).toEqual(['SIGTERM', 'SIGKILL']);
  });

  it('told to stop while it waits is never started again', async () => {
    const { clock, children, part } = scene();
    part.start();
    await clock.pass(0);
    children[0]?.end();
    await clock.pass(0);
    await part.stop();
    await clock.pass(60_000);
    expect(children).toHaveLength(1);
    expect(part.state).toEqual({ state: 'stopped' });
  });

  it('answers late for a program that has ended meanwhile: nothing is taken for running', async () => {
    const answer = Promise.withResolvers<boolean>();
    const { clock, children, part } = scene({ answers: () => answer.promise });
    part.start();
    children[0]?.end();
    await clock.pass(0);
    answer.resolve(true);
    await clock.pass(0);
    expect(part.state.state).toBe('waiting');
  });
});

it('waits never longer than half a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 100].map(backOff)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});
