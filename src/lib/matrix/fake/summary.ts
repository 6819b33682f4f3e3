import { parseUserId } from '../../../../protocol/address.ts';
import type { Alert, Conversation, Preview, RoomId, Unread, UserId } from '../values.ts';
import type { FakeRoom, RoomEvent, RoomState, Standing } from './room.ts';
import { rightsIn } from './rooms.ts';
import { inBrief, rowOf } from './rows.ts';
import type { FakeSession } from './session.ts';
import type { Resident } from './zone.ts';

/** A room as a line of somebody's list. */
export function conversationOf(session: FakeSession, room: FakeRoom, state: RoomState): Conversation {
  const { me, zone } = session;
  const own = state.standings.get(me);
  const others = [...state.standings].filter(([id, { membership }]) => id !== me && membership !== 'left');
  const invited = own?.membership === 'invited';
  const outside = own?.membership !== 'joined';
  const other = room.direct ? ([...state.standings.keys()].find((id) => id !== me) ?? null) : null;
  const person = other && zone.person(other);
  return {
    id: room.id,
    kind: room.holds ? 'place' : room.direct ? 'direct' : 'room',
    membership: own?.membership ?? 'left',
    name: state.name || person?.name || others.map(([id]) => zone.person(id).name).join(', '),
    topic: state.topic,
    sealed: state.sealed,
    person,
    inviter: invited ? zone.person(own.by) : null,
    memberCount: [...state.standings.values()].filter(({ membership }) => membership === 'joined').length,
    unread: outside ? { count: 0, exact: true, mentions: 0 } : unreadOf(session, room, state),
    last: outside ? null : preview(session, room.id, state),
    door: state.door,
    history: state.history,
    keeps: state.keeps,
    photo: state.photo ?? person?.photo ?? null,
    ...session.arrangement(room.id)
  };
}

function unreadOf({ me, resident }: FakeSession, room: FakeRoom, state: RoomState): Unread {
  const read = state.read.get(me) ?? 0;
  const isNew = ({ sender, place }: { sender: UserId; place: number }) => sender !== me && place > read;
  const said = state.events.filter((event) => isMessage(event) && isNew(event));
  const calls = state.calls.filter(isNew).length;
  const mentions = said.filter((event) => addresses(event, resident)).length;
  const others = calls + knocksIn(room, me, state).filter(({ since }) => since > read).length;
  return { count: said.length + others, exact: true, mentions: mentions + others };
}

/** Those who ask to come in, where it is one's own to let them. */
export function knocksIn(room: FakeRoom, me: UserId, state: RoomState): readonly Standing[] {
  const rights = rightsIn(room, me);
  if (!rights.includes('invite') || !rights.includes('remove')) return [];
  return [...state.standings.values()].filter(({ membership }) => membership === 'knocked');
}

/** What has come since the browser is at it that its person wants to hear of and has not read. */
export function alertsOf(session: FakeSession, all: readonly Conversation[]): readonly Alert[] {
  const { me, resident, zone, began } = session;
  const alerts = all.flatMap((conversation): (Alert & { place: number })[] => {
    const known = session.known(conversation.id);
    const own = known?.state.standings.get(me);
    if (!known || !own) return [];
    if (own.membership === 'invited' && own.since > began)
      return [{ conversation, event: null, at: zone.now(), kind: 'invitation', place: own.since }];
    const read = Math.max(began, known.state.read.get(me) ?? 0);
    const isWanted = (event: RoomEvent) =>
      (conversation.notify === 'all' && !resident.quiet.has(event.sender)) ||
      (conversation.notify !== 'nothing' && addresses(event, resident));
    const newest = known.state.events.findLast(
      (event) => isMessage(event) && event.sender !== me && event.place > read && isWanted(event)
    );
    const knock = knocksIn(known.room, me, known.state).find(
      ({ since }) => since > read && since > (newest?.place ?? 0)
    );
    if (own.membership === 'joined' && knock && conversation.notify !== 'nothing')
      return [
        {
          conversation,
          event: known.state.events.find(({ place }) => place === knock.since)?.id ?? null,
          at: zone.now(),
          kind: 'knock',
          place: knock.since
        }
      ];
    if (!newest || own.membership !== 'joined') return [];
    const kind = addresses(newest, resident) ? 'mention' : 'message';
    return [{ conversation, event: newest.id, at: newest.at, kind, place: newest.place }];
  });
  return alerts.toSorted((a, b) => a.place - b.place).map(({ place: _place, ...alert }) => alert);
}

/** What a conversation adds to the badge. */
export function countedIn({ membership, notify, unread }: Conversation): Unread {
  if (membership === 'invited') return { count: 1, exact: true, mentions: 1 };
  if (notify === 'all') return unread;
  return { ...unread, count: unread.mentions, ...(notify === 'nothing' && { count: 0, mentions: 0 }) };
}

/** Whether a message is addressed to somebody: it says so, or has her name as a word. */
function addresses({ content }: RoomEvent, { id, name, words: heard }: Resident): boolean {
  if (content.type !== 'message') return false;
  const said = content.body.type === 'text' ? content.body.text.toLowerCase() : '';
  if ([...heard].some((word) => said.split(/[^a-z0-9_]+/).includes(word.toLowerCase()))) return true;
  if (content.mentions) return content.mentions === 'room' || content.mentions.includes(id);
  const words = content.body.type === 'text' ? content.body.text.toLowerCase().split(/[^a-z0-9_]+/) : [];
  return [name, parseUserId(id)?.localpart ?? ''].some((one) => words.includes(one.toLowerCase()));
}

/** The place that orders the list: the last message, or else how one came to the room. */
export function bump(session: FakeSession, state: RoomState): number {
  const own = state.standings.get(session.me)?.since ?? 0;
  return Math.max(own, state.events.findLast(isMessage)?.place ?? 0);
}

function preview(session: FakeSession, room: RoomId, state: RoomState): Preview | null {
  const event = state.events.findLast(isMessage) ?? state.lines.at(-1);
  if (!event) return null;
  const row = rowOf(session, { room, state, shown: [] }, event);
  const body = row.kind === 'message' ? inBrief(row.body) : ({ type: 'notice', notice: row.notice } as const);
  return { at: row.at, sender: row.sender, mine: event.sender === session.me, body };
}

const isMessage = (event: RoomEvent): boolean => event.content.type === 'message';
