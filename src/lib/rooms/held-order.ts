import type { Conversation, RoomId } from '$lib/matrix/values';

/** The rows in an order that was held; who has come since stands after them, who has gone leaves no gap. */
export function inOrder(rows: readonly Conversation[], held: readonly RoomId[]): readonly Conversation[] {
  const known = new Map(rows.map((row) => [row.id, row]));
  const ids = new Set(held);
  return [...held.flatMap((id) => known.get(id) ?? []), ...rows.filter(({ id }) => !ids.has(id))];
}
