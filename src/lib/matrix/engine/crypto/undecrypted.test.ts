import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RoomId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { anna, event } from '../testing/examples.ts';
import { Undecrypted } from './undecrypted.ts';

const room = '!room' as RoomId;
const sealed = (id: string, session: string): RawEvent =>
  event(id, { type: 'm.room.encrypted', sender: anna, content: { session_id: session } });

let life: AbortController;
let tried: string[];
let undecrypted: Undecrypted;

beforeEach(() => {
  vi.useFakeTimers();
  life = new AbortController();
  tried = [];
  undecrypted = new Undecrypted(async (_room, { event_id: id }) => void tried.push(id), life.signal);
});
afterEach(() => vi.useRealTimers());

/** An event without its key, waited for. */
function missing(id: string, session: string, later = vi.fn()): RawEvent {
  const raw = sealed(id, session);
  undecrypted.hold(raw);
  undecrypted.wait(room, raw, later);
  return raw;
}

it('asks for a key that the backup may get later, more and more seldom, and not for ever', async () => {
  missing('$1', 'a');
  await vi.advanceTimersByTimeAsync(5_900);
  expect(tried).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(6_200);
  expect(tried).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(tried).toHaveLength(7);
});

it('asks once for all events of a session', async () => {
  missing('$1', 'a');
  missing('$2', 'a');
  missing('$3', 'b');
  await vi.advanceTimersByTimeAsync(6_000);
  expect(tried).toEqual(['$1', '$3']);
});

it('tells everybody who waits for a session whose key is here, once, and asks no more', async () => {
  const [later, another, other] = [vi.fn(), vi.fn(), vi.fn()];
  const raw = missing('$1', 'a', later);
  undecrypted.wait(room, raw, another);
  missing('$2', 'b', other);
  undecrypted.come(new Set(['a', 'c']));
  undecrypted.come(new Set(['a']));
  expect([later, another, other].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0]);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(tried).toEqual(['$2']);
});

it('tells who waits of an event that was read', () => {
  const later = vi.fn();
  const raw = missing('$1', 'a', later);
  undecrypted.hold(raw);
  undecrypted.release(raw);
  undecrypted.come(new Set(['a']));
  expect(later).toHaveBeenCalledTimes(1);
});

it('a key that comes between the attempt and the waiting is not missed', async () => {
  const later = vi.fn();
  const raw = sealed('$1', 'a');
  undecrypted.hold(raw);
  undecrypted.come(new Set(['a']));
  expect(undecrypted.holds(raw)).toBe(false);
  undecrypted.wait(room, raw, later);
  await vi.advanceTimersByTimeAsync(0);
  expect(later).toHaveBeenCalledTimes(1);
});

it('looks for fifty keys at a time, whatever a history lacks', async () => {
  for (let n = 0; n < 80; n++) missing(`$${n}`, `session ${n}`);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(tried).toHaveLength(50);
});

it('ends with the account', async () => {
  missing('$1', 'a');
  life.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tried).toHaveLength(0);
});
