import { expect, it, vi } from 'vitest';
import { following, limit } from './limit.ts';

it('ends with the other signal, for its reason', () => {
  const other = new AbortController();
  const { signal } = limit(1000, other.signal);
  expect(signal.aborted).toBe(false);
  other.abort('left');
  expect([signal.aborted, signal.reason]).toEqual([true, 'left']);
  expect(limit(1000, other.signal).signal.reason).toBe('left');
});

it('ends when the time is over, unless it was done', () => {
  vi.useFakeTimers();
  const [late, ended] = [limit(1000), limit(1000)];
  ended.done();
  vi.advanceTimersByTime(1000);
  expect([late.signal.aborted, ended.signal.aborted]).toEqual([true, false]);
  expect(late.signal.reason).toMatchObject({ name: 'TimeoutError' });
  vi.useRealTimers();
});

it('ends when it is told to, and the other goes on', () => {
  const other = new AbortController();
  const { signal, abort } = following(other.signal);
  abort('enough');
  expect([signal.reason, other.signal.aborted]).toEqual(['enough', false]);
});

it('leaves nothing at the other signal once it is done', () => {
  const other = new AbortController();
  const [added, removed] = [vi.spyOn(other.signal, 'addEventListener'), vi.spyOn(other.signal, 'removeEventListener')];
  limit(1000, other.signal).done();
  expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
});
