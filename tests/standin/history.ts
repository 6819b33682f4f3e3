import { tokenAt } from './room-result.ts';
import { shown, type Content, type Room } from './room.ts';
import type { Asked } from './routes.ts';

export { tokenAt };

/** A page of history from a token or an end; `end` is left out where nothing lies further (`GET /messages`). */
export function historyOf(room: Room, { query, session }: Asked): Content {
  const limit = Number(query.get('limit') ?? 10);
  const from = query.get('from');
  const back = query.get('dir') === 'b';
  const all = room.events;
  const place = from ? room.indexAfter(Number(from.slice(1))) : back ? all.length : 0;
  const start = from ?? tokenAt(back ? (all.at(-1)?.order ?? 0) : 0);
  const chunk = back ? all.slice(Math.max(0, place - limit), place).reverse() : all.slice(place, place + limit);
  const last = chunk.at(-1);
  const state = [...new Set(chunk.map(({ sender }) => sender))].flatMap((id) => room.state('m.room.member', id) ?? []);
  const show = (event: (typeof chunk)[number]) => shown(event, session.device, room.id);
  return {
    start,
    chunk: chunk.map(show),
    ...(query.get('filter') ? { state: state.map(show) } : {}),
    ...(last ? { end: tokenAt(back ? last.order - 1 : last.order) } : {})
  };
}
