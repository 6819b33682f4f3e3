import { expect, it } from 'vitest';
import type { Conversation, RoomId } from '$lib/matrix/values';
import { inOrder } from './held-order';

const rows = (...ids: string[]) => ids.map((id) => ({ id: id as RoomId, name: `now ${id}` }) as Conversation);
const ids = (held: readonly Conversation[]) => held.map(({ id }) => id);

it('keeps the order that was held, with what the rows say now', () => {
  const held = inOrder(rows('c', 'a', 'b'), ['a', 'b', 'c'] as RoomId[]);
  expect(ids(held)).toEqual(['a', 'b', 'c']);
  expect(held[0]?.name).toBe('now a');
});

it('puts who has come since at the end, and leaves no gap for who has gone', () => {
  expect(ids(inOrder(rows('new', 'c', 'a'), ['a', 'b', 'c'] as RoomId[]))).toEqual(['a', 'c', 'new']);
});
