import type { EventId, RoomId } from '$lib/matrix/values';

type Place = {
  /** Servers that know it, where one is not in it. */
  readonly via?: readonly string[];
  /** A message there that one is led to. */
  readonly event?: EventId;
};

/** Where a conversation is shown. */
export function pathOf(room: RoomId, { via = [], event }: Place = {}): string {
  const query = new URLSearchParams(via.map((server) => ['via', server]));
  if (event) query.set('event', event);
  return `/chats/${encodeURIComponent(room)}${query.size > 0 ? `?${query}` : ''}`;
}
