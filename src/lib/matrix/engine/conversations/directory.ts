import * as v from 'valibot';
import type * as V from '../../values.ts';
import { lenient, text, tolerant } from '../event.ts';
import { path, type Server } from '../server.ts';
import { doorOf, photoOf } from '../sync/rules.ts';
import type { Records } from '../sync/records.ts';

/** As directories and rooms tell of a room (Matrix 1.16 client-server, `POST /publicRooms`, `GET /room_summary`). */
const summary = v.looseObject({
  room_id: v.pipe(
    v.string(),
    v.startsWith('!'),
    v.transform((id) => id as V.RoomId)
  ),
  name: lenient(v.string()),
  canonical_alias: lenient(v.string()),
  topic: lenient(v.string()),
  avatar_url: lenient(v.string()),
  num_joined_members: v.fallback(v.pipe(v.number(), v.minValue(0)), 0),
  join_rule: lenient(v.string()),
  world_readable: lenient(v.boolean()),
  encryption: lenient(v.string()),
  'im.nheko.summary.encryption': lenient(v.string())
});
type Summary = v.InferOutput<typeof summary>;
const directoryAnswer = v.object({ chunk: tolerant(summary), next_batch: lenient(v.string()) });

/** Rooms in one part. */
const most = 50;

type Deps = { readonly server: Server; readonly records: Records };

export async function readDirectory(
  { term, zone, after }: V.DirectoryQuery,
  { server, records }: Deps
): Promise<V.Directory> {
  const wanted = term.trim();
  const answer = await server.call('POST', '/_matrix/client/v3/publicRooms', directoryAnswer, {
    query: { server: zone },
    body: { limit: most, filter: wanted ? { generic_search_term: wanted } : {}, ...(after && { since: after }) }
  });
  await records.whole;
  const rooms = new Map(answer.chunk.map((room) => [room.room_id, toOpenRoom(room, records)]));
  return { rooms: [...rooms.values()], more: answer.next_batch ?? null };
}

export async function describeRoom(
  room: string,
  via: readonly string[],
  { server, records }: Deps
): Promise<V.OpenRoom> {
  const at = path`/_matrix/client/v1/room_summary/${room}`;
  const answer = await server.call('GET', at, summary, { query: { via } });
  await records.whole;
  return toOpenRoom(answer, records);
}

const child = v.looseObject({
  type: v.literal('m.space.child'),
  state_key: v.string(),
  content: v.looseObject({ via: v.fallback(v.optional(v.array(v.string()), []), []), order: lenient(v.string()) }),
  origin_server_ts: v.fallback(v.number(), 0)
});
const hierarchy = v.object({
  rooms: tolerant(
    v.looseObject({ ...summary.entries, room_type: lenient(v.string()), children_state: tolerant(child) })
  )
});

/** Matrix 1.16 client-server, `GET /rooms/{roomId}/hierarchy`, and "Ordering of children within a space". */
export async function roomsWithin(place: V.RoomId, { server, records }: Deps): Promise<readonly V.PlacedRoom[]> {
  const at = path`/_matrix/client/v1/rooms/${place}/hierarchy`;
  const { rooms } = await server.call('GET', at, hierarchy, { query: { max_depth: '1', limit: '100' } });
  await records.whole;
  const children = rooms.find(({ room_id: id }) => id === place)?.children_state ?? [];
  const known = new Map(rooms.map((room) => [room.room_id as string, room]));
  // Those that have an order stand first; the rest by when they were put there.
  const orderOf = ({ content }: v.InferOutput<typeof child>) => content.order ?? '\x7f';
  return children
    .toSorted((a, b) =>
      orderOf(a) < orderOf(b) ? -1 : orderOf(a) > orderOf(b) ? 1 : a.origin_server_ts - b.origin_server_ts
    )
    .flatMap(({ state_key: id, content }) => {
      const room = known.get(id);
      if (!room || content.via.length === 0) return [];
      return [{ ...toOpenRoom(room, records), isPlace: room.room_type === 'm.space', via: content.via.slice(0, 10) }];
    });
}

/** Without a rule a room of a directory is open (Matrix 1.16 client-server, `PublishedRoomsChunk`). */
function toOpenRoom(room: Summary, records: Records): V.OpenRoom {
  const photo = photoOf(room.avatar_url);
  return {
    id: room.room_id,
    name: text(room.name) ?? text(room.canonical_alias) ?? room.room_id,
    topic: text(room.topic, 1000) ?? '',
    photo: photo === null ? null : { at: 'zone', content: photo, seal: null },
    address: text(room.canonical_alias) ?? null,
    memberCount: room.num_joined_members,
    door: doorOf({ join_rule: room.join_rule ?? 'public' }),
    readable: room.world_readable === true,
    sealed: (room.encryption ?? room['im.nheko.summary.encryption']) !== undefined,
    joined: records.brief(room.room_id)?.membership === 'joined'
  };
}
