import type {
  Answered,
  Body,
  Doubt,
  EventId,
  Notice,
  Person,
  Quoted,
  Reaction,
  RoomId,
  Row,
  UserId
} from '../values.ts';
import { wordsOf } from '../writing/words.ts';
import { actOn, bodyOfWriting, withCaption } from './deeds.ts';
import { waitingFile } from './files.ts';
import type { Letter } from './outbox.ts';
import type { Content, Fate, RoomEvent, RoomState, Silent } from './room.ts';
import type { FakeSession } from './session.ts';

type Message = Extract<Content, { type: 'message' }>;

/** As many as cross of the keys of a message and of the names of a key. */
const [mostKeys, mostNames] = [50, 10];

/** A part of a conversation: the room, what is known of it, and the lines that are loaded. */
export type Loaded = { readonly room: RoomId; readonly state: RoomState; readonly shown: readonly RoomEvent[] };

/** The event, which is a line of its own, as a row for the account of a session. */
export function rowOf(session: FakeSession, { room, state, shown }: Loaded, event: RoomEvent): Row {
  const sender = session.zone.person(event.sender);
  const content = event.content as Exclude<Content, Silent>;
  if (content.type !== 'message') {
    const notice = noticeOf(content, sender, (id) => session.zone.person(id));
    return { key: event.id, at: event.at, sender, kind: 'notice', notice };
  }
  const mine = event.sender === session.me;
  const transaction = content.from?.device === session.device ? content.from.transaction : null;
  const fate = state.fates.get(event.id);
  const isGone = fate?.deleted === true || content.body.type === 'deleted';
  const readByOthers = [...state.read].some(([person, upTo]) => person !== event.sender && upTo >= event.place);
  return {
    key: transaction ?? event.id,
    at: event.at,
    sender,
    kind: 'message',
    event: event.id,
    mine,
    body: isGone ? { type: 'deleted' } : bodyOf(session, state, event, fate?.body ?? content.body),
    answers: isGone ? null : answered(session, state, content.answers ?? null, shown),
    doubt: isGone ? null : doubtOf(session, state, event),
    edited: !isGone && (content.edited || Boolean(fate?.body)),
    reactions: isGone ? [] : reactionsOf(session, fate),
    delivery: mine ? (readByOthers ? 'read' : 'sent') : null,
    transaction,
    act: actOn(session, room, state, event.id)
  };
}

function doubtOf({ zone }: FakeSession, { sealed }: RoomState, { sender, content }: RoomEvent): Doubt | null {
  if (content.type !== 'message' || !sealed) return null;
  if (content.keyFor === null) return 'clear';
  const recovery = zone.people.get(sender)?.recovery;
  const device = content.from?.device;
  return recovery && device !== undefined && !recovery.devices.has(device) ? 'device' : null;
}

/** What a list and a quote show of a file. */
export const inBrief = (body: Body): Body =>
  body.type === 'file' ? { type: 'file', kind: body.kind, name: body.name, ...(body.voice && { voice: [] }) } : body;

/** What a message says now, as a quote shows it. */
export function quotedOf(session: FakeSession, state: RoomState, event: RoomEvent): Quoted | null {
  if (event.content.type !== 'message') return null;
  const fate = state.fates.get(event.id);
  const body = fate?.deleted
    ? ({ type: 'deleted' } as const)
    : bodyOf(session, state, event, fate?.body ?? event.content.body);
  const line = (text: Extract<Body, { type: 'text' }>) => (text.rich ? wordsOf(text.rich) : text.text).slice(0, 300);
  const brief: Body = body.type === 'text' ? { type: 'text', style: body.style, text: line(body) } : inBrief(body);
  return { sender: session.zone.person(event.sender), body: brief };
}

function answered(
  session: FakeSession,
  state: RoomState,
  event: EventId | null,
  shown: readonly RoomEvent[]
): Answered | null {
  const found = shown.find(({ id }) => id === event);
  return event === null ? null : { event, quoted: found ? quotedOf(session, state, found) : null };
}

/** A message that waits in the outbox. */
export function echoOf(session: FakeSession, { state, shown }: Loaded, letter: Letter): Row[] {
  const { deed } = letter;
  if (deed.does !== 'say') return [];
  const row: Row = {
    key: letter.transaction,
    at: letter.at,
    sender: session.zone.person(session.me),
    kind: 'message',
    event: null,
    mine: true,
    body: deed.body
      ? deed.body
      : deed.file
        ? withCaption(waitingFile(letter, deed.file), deed.writing)
        : bodyOfWriting(deed.writing),
    answers: answered(session, state, deed.answers, shown),
    doubt: null,
    edited: false,
    reactions: [],
    delivery: letter.delivery,
    transaction: letter.transaction,
    act: null
  };
  return [row];
}

/** Whether this session holds the key of an event. */
const canRead = (session: FakeSession, event: RoomEvent): boolean =>
  event.content.type !== 'message' || (event.content.keyFor?.has(session.device) ?? true);

function bodyOf(session: FakeSession, state: RoomState, event: RoomEvent, body: Body): Body {
  if (canRead(session, event)) return body;
  const joined = state.standings.get(session.me)?.since ?? Infinity;
  return { type: 'unreadable', cause: event.place < joined ? 'before-joining' : 'no-key' };
}

const reactionsOf = ({ me, zone }: FakeSession, fate: Fate | undefined): readonly Reaction[] =>
  [...(fate?.reactions ?? [])].slice(0, mostKeys).map(([key, people]) => ({
    key,
    count: people.size,
    mine: people.has(me),
    people: [...people].slice(0, mostNames).map((id) => zone.person(id))
  }));

function noticeOf(content: Exclude<Content, Message | Silent>, sender: Person, person: (id: UserId) => Person): Notice {
  if (content.type === 'member') {
    const declined = content.membership === 'left' && content.invited;
    return { type: declined ? 'declined' : content.membership, person: person(content.person) };
  }
  if (content.type === 'photo') return { type: 'photo' };
  if (content.type === 'role') return { ...content, person: person(content.person) };
  if (content.type === 'called') return { type: 'called', person: sender, name: content.name };
  return content;
}
