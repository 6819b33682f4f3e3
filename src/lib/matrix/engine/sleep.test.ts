import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { watchSleep } from './sleep.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

function watch() {
  const woke = vi.fn();
  onTestFinished(watchSleep(woke));
  return woke;
}

it('while the machine is awake nothing is said', async () => {
  const woke = watch();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(woke).not.toHaveBeenCalled();
});

it.each([
  ['the machine has slept', 8 * 3_600_000],
  ['the clock was set forwards', 60_000],
  ['the clock was set backwards', -3_600_000]
])('where %s it is said once', async (_how, ms) => {
  const woke = watch();
  await vi.advanceTimersByTimeAsync(7_000);
  vi.setSystemTime(Date.now() + ms);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(woke).toHaveBeenCalledOnce();
});

it('a slow timer is no sleep', async () => {
  const woke = watch();
  vi.setSystemTime(Date.now() + 10_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(woke).not.toHaveBeenCalled();
});
