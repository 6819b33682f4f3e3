/** One room of an answer (Synapse, `get_room_sync_data`). */
import { shown, stripped, type Content, type Event, type Room } from './room.ts';
import type { Session, World } from './world.ts';

export type RoomRequest = {
  readonly timeline_limit: number;
  readonly required_state: readonly (readonly [type: string, stateKey: string])[];
};
/** What was told of a room: up to where in the stream, with how long a timeline, and whose names. */
export type RoomMemory = { readonly upTo: number; readonly limit: number; readonly members: ReadonlySet<string> };

/** How many people stand for a room without a name. */
const heroesAtMost = 5;
const strippedTypes = ['m.room.create', 'm.room.join_rules', 'm.room.name', 'm.room.encryption', 'm.room.avatar'];

/** A place for `GET /messages`: before the first event after this order. */
export const tokenAt = (order: number): string => `t${order}`;

/** undefined: there is nothing to tell. */
export function roomResult(
  world: World,
  { person, device }: Session,
  room: Room,
  request: RoomRequest,
  { known, since }: { known: RoomMemory | undefined; since: number | undefined }
): { answer: Content; memory: RoomMemory } | undefined {
  const own = room.state('m.room.member', person.id);
  if (!own) return undefined;
  const membership = own.content.membership as string;
  const end = membership === 'join' ? world.order : own.order;
  const expanded = known !== undefined && known.limit < request.timeline_limit && membership === 'join';
  const news = known && room.since(known.upTo).filter(({ order }) => order <= end);
  if (news?.length === 0 && !expanded) return undefined;
  const rejoined = news?.some((event) => event === own && membership === 'join' && wasOut(room, own)) ?? false;
  const initial = !known || rejoined;
  const memory = (members: ReadonlySet<string>): RoomMemory => ({
    upTo: world.order,
    limit: expanded || !known ? request.timeline_limit : known.limit,
    members
  });
  const always = { notification_count: 0, highlight_count: 0, ...(initial ? { initial } : {}) };
  if (membership === 'invite' || membership === 'knock') {
    const state = strippedTypes.flatMap((type) => room.state(type) ?? []);
    const inviter = room.state('m.room.member', own.sender);
    const invitation = [...state, ...(inviter && inviter !== own ? [inviter] : []), own].map(stripped);
    const name = initial ? room.text('m.room.name', 'name') : undefined;
    const answer = { ...always, ...(name ? { name } : {}), bump_stamp: own.order, invite_state: invitation };
    return { answer, memory: memory(new Set()) };
  }

  const all = room.events.filter(({ order }) => order <= end);
  const candidates = initial || expanded ? all : (news ?? []);
  const timeline = candidates.slice(-request.timeline_limit);
  const limited = candidates.length > timeline.length;
  const deltas = new Map(
    initial
      ? []
      : (news ?? []).flatMap((event) => (event.state_key === undefined ? [] : [[keyOf(event), event] as const]))
  );
  const state = requiredState(room, person.id, request, { initial, limited, timeline, deltas, known });
  const membersChanged = [...deltas.values()].some(({ type }) => type === 'm.room.member');
  const named = initial || deltas.has('m.room.name\n');
  const name = named ? room.text('m.room.name', 'name') : undefined;
  const counted = membership === 'join' && (initial || membersChanged);
  const heroes = !name && (initial || membersChanged) && membership === 'join' ? heroesOf(room, person.id) : [];
  const bumped = timeline.findLast(({ order }) => order === room.bump)?.order;
  const bump = bumped ?? (membership !== 'join' ? own.order : limited || initial ? room.bump : undefined);
  const live = since === undefined ? 0 : timeline.filter(({ order }) => order > since).length;
  const answer = {
    ...always,
    ...(bump === undefined ? {} : { bump_stamp: bump }),
    ...(counted ? { joined_count: room.with('join').length, invited_count: room.with('invite').length } : {}),
    ...(name ? { name } : {}),
    ...(heroes.length > 0 ? { heroes } : {}),
    ...(expanded ? { unstable_expanded_timeline: true } : {}),
    ...(state.events.length > 0 ? { required_state: state.events.map((event) => shown(event, device)) } : {}),
    ...(timeline.length > 0 ? { timeline: timeline.map((event) => shown(event, device)) } : {}),
    limited,
    prev_batch: tokenAt(timeline[0] ? timeline[0].order - 1 : world.order),
    num_live: live,
    ...(isDirect(person, room) ? { is_dm: true } : {})
  };
  return { answer, memory: memory(new Set([...(initial ? [] : (known?.members ?? [])), ...state.members])) };
}

const keyOf = ({ type, state_key }: Event): string => `${type}\n${state_key ?? ''}`;

/** Whether the membership before this one was none. */
function wasOut(room: Room, own: Event): boolean {
  const before = room.events.findLast((event) => event.order < own.order && keyOf(event) === keyOf(own));
  return before?.content.membership !== 'join';
}

function requiredState(
  room: Room,
  me: string,
  { required_state: required }: RoomRequest,
  at: {
    initial: boolean;
    limited: boolean;
    timeline: readonly Event[];
    deltas: ReadonlyMap<string, Event>;
    known: RoomMemory | undefined;
  }
): { events: readonly Event[]; members: readonly string[] } {
  const found = new Set<Event>();
  const members = new Set<string>();
  for (const [type, written] of required) {
    if (written === '$LAZY') {
      for (const { sender, type, state_key } of at.timeline) {
        members.add(sender);
        if (type === 'm.room.member' && state_key !== undefined) members.add(state_key);
      }
      if (!at.initial && !at.limited)
        for (const { type, state_key } of at.deltas.values())
          if (type === 'm.room.member' && state_key !== undefined) members.add(state_key);
      continue;
    }
    const key = written === '$ME' ? me : written;
    const event = at.initial ? room.state(type, key) : at.deltas.get(`${type}\n${key}`);
    if (event) found.add(event);
  }
  for (const id of members) {
    const changed = at.deltas.get(`m.room.member\n${id}`);
    const event = changed ?? (at.initial || !at.known?.members.has(id) ? room.state('m.room.member', id) : undefined);
    if (event) found.add(event);
  }
  return { events: [...found], members: [...members] };
}

const heroesOf = (room: Room, me: string): Content[] =>
  [...room.with('join'), ...room.with('invite')]
    .filter(({ state_key }) => state_key !== me)
    .slice(0, heroesAtMost)
    .map(({ state_key, content }) => ({
      user_id: state_key,
      ...(typeof content.displayname === 'string' ? { displayname: content.displayname } : {})
    }));

const isDirect = (person: Session['person'], room: Room): boolean =>
  Object.values(person.documents.get('m.direct')?.content ?? {}).some(
    (rooms) => Array.isArray(rooms) && rooms.includes(room.id)
  );
