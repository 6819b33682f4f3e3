import type { Body, Notice, Person, Reaction, Row, UserId } from '../values.ts';
import type { Letter } from './outbox.ts';
import type { Content, Fate, RoomEvent, RoomState, Silent } from './room.ts';
import type { FakeSession } from './session.ts';

type Message = Extract<Content, { type: 'message' }>;

/** As many as cross of the keys of a message and of the names of a key. */
const [mostKeys, mostNames] = [50, 10];

/** The event, which is a line of its own, as a row for the account of a session. */
export function rowOf(session: FakeSession, state: RoomState, event: RoomEvent): Row {
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
    edited: !isGone && (content.edited || Boolean(fate?.body)),
    reactions: isGone ? [] : reactionsOf(session, fate),
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
    reactions: [],
    delivery: letter.delivery,
    transaction: letter.transaction
  };
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
  if (content.type === 'called') return { type: 'called', person: sender, name: content.name };
  return content;
}
