import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BackOff, Pause } from './pause.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('a pause', () => {
  async function paused(ms: number) {
    const life = new AbortController();
    const pause = new Pause(life.signal);
    const over = vi.fn();
    void pause.for(ms).then(over);
    await vi.advanceTimersByTimeAsync(0);
    return { life, pause, over };
  }

  it('lasts as long as it is said to', async () => {
    const { over } = await paused(100);
    await vi.advanceTimersByTimeAsync(99);
    expect(over).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(over).toHaveBeenCalledOnce();
  });

  it('is ended by waking and by the end of life, and leaves no timer', async () => {
    for (const end of ['wake', 'abort'] as const) {
      const { life, pause, over } = await paused(100);
      if (end === 'wake') pause.wake();
      else life.abort();
      await vi.advanceTimersByTimeAsync(0);
      expect([over.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
    }
  });

  it('is none after life, and waking nobody does nothing', async () => {
    const { life, pause } = await paused(0);
    life.abort();
    await pause.for(1_000_000);
    pause.wake();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('woken before it begins is not shortened', async () => {
    const pause = new Pause(new AbortController().signal);
    pause.wake();
    const over = vi.fn();
    void pause.for(10).then(over);
    await vi.advanceTimersByTimeAsync(9);
    expect(over).not.toHaveBeenCalled();
  });
});

describe('waiting longer and longer', () => {
  it('doubles to a minute, within a tenth either way, and starts anew', () => {
    const backOff = new BackOff();
    const waits = Array.from({ length: 10 }, () => backOff.next());
    for (const [at, wait] of waits.entries()) {
      const base = Math.min(1000 * 2 ** at, 60_000);
      expect(wait).toBeGreaterThanOrEqual(base * 0.9);
      expect(wait).toBeLessThanOrEqual(base * 1.1);
    }
    backOff.reset();
    expect(backOff.next()).toBeLessThanOrEqual(1100);
  });

  it('is never the same for a whole street', () => {
    expect(new Set(Array.from({ length: 50 }, () => new BackOff().next())).size).toBeGreaterThan(40);
  });

  it('waits as long as asked, an hour at most, and never less than nothing', () => {
    expect(new BackOff().next(30_000)).toBe(30_000);
    expect(new BackOff().next(1e15)).toBe(3_600_000);
    expect(new BackOff().next(-1e15)).toBeGreaterThanOrEqual(900);
  });
});
