import type { Conversation, Preview } from '../values.ts';
import type { FakeRoom, RoomEvent, RoomState } from './room.ts';
import { rowOf } from './rows.ts';
import type { FakeSession } from './session.ts';

/** A room as a line of somebody's list. */
export function conversationOf(session: FakeSession, room: FakeRoom, state: RoomState): Conversation {
  const { me, zone } = session;
  const own = state.standings.get(me);
  const others = [...state.standings].filter(([id, { membership }]) => id !== me && membership !== 'left');
  const invited = own?.membership === 'invited';
  const other = room.direct ? ([...state.standings.keys()].find((id) => id !== me) ?? null) : null;
  const person = other && zone.person(other);
  const read = state.read.get(me) ?? 0;
  const unread = invited
    ? 0
    : state.events.filter((event) => isMessage(event) && event.sender !== me && event.place > read);
  return {
    id: room.id,
    kind: room.direct ? 'direct' : 'room',
    membership: own?.membership ?? 'left',
    name: state.name || person?.name || others.map(([id]) => zone.person(id).name).join(', '),
    topic: state.topic,
    sealed: state.sealed,
    person,
    inviter: invited ? zone.person(own.by) : null,
    memberCount: [...state.standings.values()].filter(({ membership }) => membership === 'joined').length,
    unread: { count: unread ? unread.length : 0, exact: true },
    last: invited ? null : preview(session, state),
    open: room.open
  };
}

/** The place that orders the list: the last message, or else how one came to the room. */
export function bump(session: FakeSession, state: RoomState): number {
  const own = state.standings.get(session.me)?.since ?? 0;
  return Math.max(own, state.events.findLast(isMessage)?.place ?? 0);
}

function preview(session: FakeSession, state: RoomState): Preview | null {
  const event = state.events.findLast(isMessage) ?? state.lines.at(-1);
  if (!event) return null;
  const row = rowOf(session, state, event);
  const body = row.kind === 'message' ? row.body : ({ type: 'notice', notice: row.notice } as const);
  return { at: row.at, sender: row.sender, mine: event.sender === session.me, body };
}

const isMessage = (event: RoomEvent): boolean => event.content.type === 'message';
