import { matrixTo, parseMatrixLink } from '$protocol/matrix-link';
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

/** Where in this app a link leads, or a room's alias: to a person, to a conversation, to what was copied here; null where out of it. */
export function pathOfLink(href: string, origin: string): string | null {
  const link = parseMatrixLink(href.startsWith('#') ? matrixTo(href) : href);
  if (link?.to === 'person') return `/people?${new URLSearchParams({ find: link.person })}`;
  if (link) return pathOf(link.room as RoomId, { via: link.via, ...(link.event && { event: link.event as EventId }) });
  const url = URL.canParse(href) ? new URL(href) : null;
  return url?.origin === origin && /^\/chats\/[^/]/.test(url.pathname) ? `${url.pathname}${url.search}` : null;
}
