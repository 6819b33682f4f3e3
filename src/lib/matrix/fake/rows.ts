import type { Body, Notice, Person, Row, UserId } from '../values.ts';
import type { Letter } from './outbox.ts';
import type { Content, RoomEvent, RoomState } from './room.ts';
import type { FakeSession } from './session.ts';

/** The event as a row for the account of a session. */
export function rowOf(session: FakeSession, state: RoomState, event: RoomEvent): Row {
  const sender = session.zone.person(event.sender);
  const { content } = event;
  if (content.type !== 'message') {
    const notice = noticeOf(content, sender, (id) => session.zone.person(id));
    return { key: event.id, at: event.at, sender, kind: 'notice', notice };
  }
  const mine = event.sender === session.me;
  const transaction = content.from?.device === session.device ? content.from.transaction : null;
  const readByOthers = [...state.read].some(([person, upTo]) => person !== event.sender && upTo >= event.place);
  return {
    key: transaction ?? event.id,
    at: event.at,
    sender,
    kind: 'message',
    event: event.id,
    mine,
    body: bodyOf(session, state, event, content),
    edited: content.edited,
    delivery: mine ? (readByOthers ? 'read' : 'sent') : null,
    transaction
  };
}

/** A message that waits in the outbox. */
export function echoOf(session: FakeSession, letter: Letter): Row {
  return {
    key: letter.transaction,
    at: letter.at,
    sender: session.zone.person(session.me),
    kind: 'message',
    event: null,
    mine: true,
    body: { type: 'text', style: 'plain', text: letter.text },
    edited: false,
    delivery: letter.delivery,
    transaction: letter.transaction
  };
}

/** Whether this session holds the key of an event. */
const canRead = (session: FakeSession, event: RoomEvent): boolean =>
  event.content.type !== 'message' || (event.content.keyFor?.has(session.device) ?? true);

function bodyOf(
  session: FakeSession,
  state: RoomState,
  event: RoomEvent,
  content: Extract<Content, { type: 'message' }>
): Body {
  if (canRead(session, event)) return content.body;
  const joined = state.standings.get(session.me)?.since ?? Infinity;
  return { type: 'unreadable', cause: event.place < joined ? 'before-joining' : 'no-key' };
}

function noticeOf(
  content: Exclude<Content, { type: 'message' }>,
  sender: Person,
  person: (id: UserId) => Person
): Notice {
  if (content.type === 'member') return { type: content.membership, person: person(content.person) };
  if (content.type === 'called') return { type: 'called', person: sender, name: content.name };
  return content;
}
