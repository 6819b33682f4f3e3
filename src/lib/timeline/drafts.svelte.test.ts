import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Failure } from '$lib/matrix/failure';
import type { RoomId } from '$lib/matrix/values';
import { Drafts } from './drafts.svelte';

const [room, other] = ['!a', '!b'] as [RoomId, RoomId];

function begin(kept: Record<string, string> = {}) {
  const port = {
    of: vi.fn(async (room: RoomId) => kept[room] ?? ''),
    keep: vi.fn(async (room: RoomId, text: string) => void (kept[room] = text))
  };
  return { port, kept, drafts: new Drafts(port) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what was begun in an earlier session is there when the conversation is opened', async () => {
  const { drafts } = begin({ [room]: 'half a sen' });
  expect(drafts.of(room)).toBe('');
  await drafts.open(room);
  expect([drafts.of(room), drafts.of(other)]).toEqual(['half a sen', '']);
});

it('what is written while the earlier is looked for holds', async () => {
  const { drafts, kept } = begin({ [room]: 'old' });
  const opening = drafts.open(room);
  drafts.keep(room, 'new');
  await opening;
  expect(drafts.of(room)).toBe('new');
  const emptied = drafts.open(room);
  drafts.keep(room, '');
  drafts.flush();
  await emptied;
  expect([drafts.of(room), kept[room]]).toEqual(['', '']);
});

it('is kept while one writes on and on, not at every key', async () => {
  const { drafts, port } = begin();
  for (let key = 0; key < 40; key++) {
    drafts.keep(room, 'x'.repeat(key + 1));
    await vi.advanceTimersByTimeAsync(50);
  }
  const { length } = port.keep.mock.calls;
  expect(length).toBeGreaterThanOrEqual(7);
  expect(length).toBeLessThanOrEqual(8);
  await vi.advanceTimersByTimeAsync(300);
  expect(port.keep).toHaveBeenLastCalledWith(room, 'x'.repeat(40));
});

it('is kept at once when the page goes, once, and only what changed', async () => {
  const { drafts, port } = begin({ [other]: 'as it was' });
  await drafts.open(other);
  drafts.keep(room, 'hello');
  drafts.flush();
  drafts.flush();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(port.keep.mock.calls).toEqual([[room, 'hello']]);
});

it('that could not be kept is tried again with what it says by then', async () => {
  const { drafts, port, kept } = begin();
  port.keep.mockRejectedValueOnce(new Failure('storage'));
  drafts.keep(room, 'hello');
  drafts.flush();
  await vi.advanceTimersByTimeAsync(100);
  expect([drafts.of(room), kept[room]]).toEqual(['hello', undefined]);
  drafts.keep(room, 'hello!');
  await vi.advanceTimersByTimeAsync(2_500);
  expect(kept[room]).toBe('hello!');
  expect(port.keep).toHaveBeenCalledTimes(2);
});

it('an engine that does not answer takes nothing away', async () => {
  const { drafts, port } = begin();
  port.of.mockRejectedValueOnce(new Failure('unexpected', 'the engine ended'));
  drafts.keep(room, 'hello');
  await drafts.open(room);
  expect(drafts.of(room)).toBe('hello');
});
