import { MatrixEvent, MatrixEventEvent } from 'matrix-js-sdk/lib/models/event.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { EventId, RoomId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { anna, event } from '../testing/examples.ts';
import { Undecrypted } from './undecrypted.ts';

const room = '!room' as RoomId;
const sealed = (id: string, session: string): RawEvent =>
  event(id, { type: 'm.room.encrypted', sender: anna, content: { session_id: session } });

let life: AbortController;
let tried: MatrixEvent[];
let undecrypted: Undecrypted;

beforeEach(() => {
  vi.useFakeTimers();
  life = new AbortController();
  tried = [];
  undecrypted = new Undecrypted(async (event) => void tried.push(event), life.signal);
});
afterEach(() => vi.useRealTimers());

/** An event without its key, waited for. */
function missing(id: string, session: string, later = vi.fn()): MatrixEvent {
  const raw = sealed(id, session);
  const one = undecrypted.eventOf(room, raw);
  vi.spyOn(one, 'isDecryptionFailure').mockReturnValue(true);
  undecrypted.wait(raw, one, later);
  return one;
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
  const other = missing('$3', 'b');
  await vi.advanceTimersByTimeAsync(6_000);
  expect(tried).toHaveLength(2);
  expect(tried).toContain(other);
});

it('tells everybody who waits, once, and asks no more when the key is there', async () => {
  const later = vi.fn();
  const one = missing('$1', 'a', later);
  undecrypted.wait(sealed('$1', 'a'), one, later);
  expect(undecrypted.eventOf(room, sealed('$1', 'a'))).toBe(one);
  one.emit(MatrixEventEvent.Decrypted, one);
  expect(later).not.toHaveBeenCalled();
  vi.spyOn(one, 'isDecryptionFailure').mockReturnValue(false);
  one.emit(MatrixEventEvent.Decrypted, one);
  expect(later).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tried).toHaveLength(0);
});

it('looks for fifty keys at a time, whatever a history lacks', async () => {
  for (let n = 0; n < 80; n++) missing(`$${n}` as EventId, `session ${n}`);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(tried).toHaveLength(50);
});

it('ends with the account', async () => {
  missing('$1', 'a');
  life.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tried).toHaveLength(0);
});
