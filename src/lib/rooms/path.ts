import type { RoomId } from '$lib/matrix/values';

/** Where a conversation is shown. `via`: servers that know it, where one is not in it. */
export function pathOf(room: RoomId, via: readonly string[] = []): string {
  const query = via.length > 0 ? `?${new URLSearchParams(via.map((server) => ['via', server]))}` : '';
  return `/chats/${encodeURIComponent(room)}${query}`;
}
