import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Lifeline } from './lifeline.ts';

/** A worker that holds a lock for as long as it lives. */
async function worker() {
  const lock = `worker:${crypto.randomUUID()}`;
  const death = Promise.withResolvers<void>();
  const born = Promise.withResolvers<void>();
  void navigator.locks.request(lock, () => {
    born.resolve();
    return death.promise;
  });
  await born.promise;
  return { lock, die: () => death.resolve() };
}

function watch(options = { insist: true }) {
  const open = vi.fn();
  const lifeline = new Lifeline(open, options);
  onTestFinished(() => lifeline.end());
  return { open, lifeline };
}

describe('a worker', () => {
  it('is followed by another when it is gone, and by one only', async () => {
    const { open, lifeline } = watch();
    const [first, second] = [await worker(), await worker()];
    lifeline.heard(first.lock);
    lifeline.heard(first.lock);
    expect(open).not.toHaveBeenCalled();
    first.die();
    await vi.waitFor(() => expect(open).toHaveBeenCalledOnce());
    lifeline.heard(second.lock);
    second.die();
    await vi.waitFor(() => expect(open).toHaveBeenCalledTimes(2), { timeout: 5000 });
  });

  it('that was left for another is not missed', async () => {
    const { open, lifeline } = watch();
    const [first, second] = [await worker(), await worker()];
    lifeline.heard(first.lock);
    lifeline.heard(second.lock);
    first.die();
    await navigator.locks.request(first.lock, () => undefined);
    expect(open).not.toHaveBeenCalled();
    second.die();
    await vi.waitFor(() => expect(open).toHaveBeenCalledOnce());
  });

  it('may go once it is not needed', async () => {
    const { open, lifeline } = watch();
    const first = await worker();
    lifeline.heard(first.lock);
    lifeline.end();
    first.die();
    await navigator.locks.request(first.lock, () => undefined);
    expect(open).not.toHaveBeenCalled();
  });
});

it('one after another that dies young is followed more and more slowly', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { open, lifeline } = watch({ insist: false });
  const dies = async () => {
    const born = await worker();
    lifeline.heard(born.lock);
    born.die();
    await navigator.locks.request(born.lock, () => undefined);
    await Promise.resolve();
  };
  await dies();
  expect(open).toHaveBeenCalledTimes(1);
  for (const [count, ms] of [
    [2, 1000],
    [3, 2000],
    [4, 4000]
  ] as const) {
    await dies();
    vi.advanceTimersByTime(ms - 1);
    expect(open).toHaveBeenCalledTimes(count - 1);
    vi.advanceTimersByTime(1);
    expect(open).toHaveBeenCalledTimes(count);
  }
  vi.advanceTimersByTime(60_000);
  await dies();
  expect(open).toHaveBeenCalledTimes(5);
});

describe('a worker that says nothing', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it('is opened anew, at longer and longer intervals, until it speaks', async () => {
    const { open, lifeline } = watch();
    const opened: number[] = [];
    for (let second = 1; second <= 20; second++) {
      vi.advanceTimersByTime(1000);
      if (open.mock.calls.length > opened.length) opened.push(second);
    }
    expect(opened).toEqual([1, 3, 7, 15]);
    lifeline.heard((await worker()).lock);
    vi.advanceTimersByTime(600_000);
    expect(open).toHaveBeenCalledTimes(4);
  });

  it('is left alone where each page has its own: it only starts', () => {
    const { open } = watch({ insist: false });
    vi.advanceTimersByTime(600_000);
    expect(open).not.toHaveBeenCalled();
  });
});
