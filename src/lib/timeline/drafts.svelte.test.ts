import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Failure } from '$lib/matrix/failure';
import type { EventId, Quoted, RoomId, UserId } from '$lib/matrix/values';
import { keepDrafts } from './testing/drafts';

const [room, other] = ['!a', '!b'] as [RoomId, RoomId];

const begin = (kept: Record<string, string> = {}) =>
  keepDrafts(Object.fromEntries(Object.entries(kept).map(([room, text]) => [room, { text }])));

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
  expect([drafts.of(room), kept[room]]).toEqual(['', null]);
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
  expect(port.keep).toHaveBeenLastCalledWith(room, { text: 'x'.repeat(40) });
});

it('is kept at once when the page goes, once, and only what changed', async () => {
  const { drafts, port } = begin({ [other]: 'as it was' });
  await drafts.open(other);
  drafts.keep(room, 'hello');
  drafts.flush();
  drafts.flush();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(port.keep.mock.calls).toEqual([[room, { text: 'hello' }]]);
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
  expect(kept[room]).toEqual({ text: 'hello!' });
  expect(port.keep).toHaveBeenCalledTimes(2);
});

it('an engine that does not answer takes nothing away', async () => {
  const { drafts, port } = begin();
  port.of.mockRejectedValueOnce(new Failure('unexpected', 'the engine ended'));
  drafts.keep(room, 'hello');
  await drafts.open(room);
  expect(drafts.of(room)).toBe('hello');
});

const marta = { id: '@marta:zone.example' as UserId, name: 'Marta' };
const asked = '$asked' as EventId;
const question: Quoted = { sender: marta, body: { type: 'text', style: 'plain', text: 'who brings it?' } };

it('keeps those it names, and the message that it answers, by which it is told again what that says', async () => {
  const { drafts, kept } = keepDrafts();
  drafts.stand(room, { kind: 'answer', event: asked, quoted: question });
  drafts.name(room, marta);
  drafts.name(room, { ...marta, name: 'Nobody' });
  drafts.keep(room, '@Marta I do');
  drafts.flush();
  const draft = { text: '@Marta I do', mentions: [marta], beside: { kind: 'answer', event: asked } };
  expect(kept[room]).toEqual(draft);

  const again = keepDrafts(kept, { [asked]: question }).drafts;
  await again.open(room);
  expect([again.of(room), again.named(room), again.beside(room)]).toEqual([
    '@Marta I do',
    [marta],
    { kind: 'answer', event: asked, quoted: question }
  ]);
});

it('still answers a message that cannot be read any more', async () => {
  const { drafts } = keepDrafts({ [room]: { text: 'yes', beside: { kind: 'answer', event: asked } } });
  await drafts.open(room);
  expect(drafts.beside(room)).toEqual({ kind: 'answer', event: asked, quoted: null });
});

it('keeps better words for one’s own message, and what waits behind them', async () => {
  const { drafts, kept } = keepDrafts();
  drafts.keep(room, 'and then');
  drafts.stand(room, { kind: 'edit', event: asked, said: 'at sevn', text: 'at seven' });
  drafts.flush();
  const again = keepDrafts(kept).drafts;
  await again.open(room);
  expect(again.beside(room)).toEqual({ kind: 'edit', event: asked, said: 'at sevn', text: 'at seven' });
  expect(again.of(room)).toBe('and then');
  again.stand(room, null);
  again.keep(room, '');
  again.flush();
  expect(kept[room]).toBeNull();
});
