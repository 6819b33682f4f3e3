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
