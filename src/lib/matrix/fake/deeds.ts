import { Failure } from '../failure.ts';
import type { Act, Body, EventId, FileBody, RoomId, TransactionId, Writing } from '../values.ts';
import { mentioned, callsAll } from '../writing/content.ts';
import { htmlOf } from '../writing/markdown.ts';
import { richOf } from '../writing/rich.ts';
import { sameSign } from '../sign.ts';
import { storedFile } from './files.ts';
import type { Letter } from './outbox.ts';
import type { RoomEvent, RoomState } from './room.ts';
import { rightsIn } from './rooms.ts';
import type { FakeSession } from './session.ts';

/** Bytes (Matrix 1.16, client-server API, size limits). */
const largestEvent = 65_536;

/** What is written, as others read it. */
export function bodyOfWriting(writing: Writing): Extract<Body, { type: 'text' }> {
  const { text } = writing;
  const html = htmlOf(text, mentioned(writing));
  const rich = html === null ? null : richOf(html, text);
  return { type: 'text', style: 'plain', text, ...(rich && { rich }) };
}

/** A file with what is said with it. */
export function withCaption(file: FileBody, writing: Writing): FileBody {
  if (writing.text === '') return file;
  const { text, rich } = bodyOfWriting(writing);
  return { ...file, caption: { text, ...(rich && { rich }) } };
}

/** The server takes what was said or done. Fails with too-large, forbidden, not-found. */
export function deliver(session: FakeSession, { room, transaction, deed }: Letter): void {
  const { zone, me, device } = session;
  const target = session.room(room);
  const from = { device, transaction };
  // A server takes a device's transaction once (Matrix 1.16 client-server, "Transaction identifiers").
  if (target.has(from)) return;
  if ('writing' in deed && new TextEncoder().encode(deed.writing.text).length > largestEvent) {
    throw new Failure('too-large');
  }
  if (deed.does === 'say') {
    const { writing, answers, file, body: said } = deed;
    const keyFor = target.state().sealed ? zone.devices(target) : null;
    const answered = answers === null ? undefined : target.find(answers)?.sender;
    const people = [...mentioned(writing).map(({ id }) => id), ...(answered ? [answered] : [])];
    const mentions = callsAll(writing) && rightsIn(target, me).includes('call-all') ? ('room' as const) : people;
    const made = file ? withCaption(storedFile(session, file, target.state().sealed), writing) : bodyOfWriting(writing);
    const body = said ?? made;
    zone.change(target, me, { type: 'message', body, edited: false, answers, keyFor, from, mentions });
    return;
  }
  const found = target.find(deed.does === 'reaction' ? deed.to : deed.of);
  if (!found) throw new Failure('not-found', 'no such event');
  if (deed.does === 'deletion' && found.sender !== me && target.role(me) === 'member') {
    throw new Failure('forbidden', 'others’ messages');
  }
  zone.change(target, me, silentOf(deed));
}

const silentOf = (deed: Exclude<Letter['deed'], { does: 'say' }>) => {
  if (deed.does === 'edit') return { type: 'edit', of: deed.of, body: bodyOfWriting(deed.writing) } as const;
  if (deed.does === 'reaction') return { type: 'reaction', to: deed.to, key: deed.key } as const;
  return { type: 'deletion', of: deed.of } as const;
};

/** What waits, as if it had come: what was refused too where it is an edit, for it is shown with its refusal. */
export const coming = (session: FakeSession, room: RoomId): readonly RoomEvent[] =>
  session.outbox.in(room).flatMap(({ deed, transaction: id, at, delivery }) => {
    if (deed.does === 'say' || (typeof delivery === 'object' && deed.does !== 'edit')) return [];
    return [{ id: id as string as EventId, place: Infinity, at, sender: session.me, content: silentOf(deed) }];
  });

/** What one has done to an event that is not settled. */
export function actOn(session: FakeSession, room: RoomId, state: RoomState, event: EventId): Act | null {
  const reacted = new Map(
    state.events.flatMap(({ id, content }) => (content.type === 'reaction' ? [[id, content.to]] : []))
  );
  const acts = session.outbox.in(room).flatMap(({ deed, transaction, delivery }): Act[] => {
    if (deed.does === 'say') return [];
    const failed = typeof delivery === 'object' && 'failed' in delivery ? delivery.failed : null;
    const target = deed.does === 'reaction' ? deed.to : deed.of;
    const of = reacted.get(target);
    if ((of ?? target) !== event) return [];
    return [{ does: of === undefined ? deed.does : 'reaction', transaction, failed }];
  });
  return acts.find(({ failed }) => failed !== null) ?? acts.at(-1) ?? null;
}

/** One's own events by which one has given a key, and what waits to give it. */
export function given(session: FakeSession, room: RoomId, event: EventId, key: string) {
  const events = session.known(room)?.state.events ?? [];
  const gone = new Set(events.flatMap(({ content }) => (content.type === 'deletion' ? [content.of] : [])));
  const leaving = new Set(session.outbox.in(room).flatMap(({ deed }) => (deed.does === 'deletion' ? [deed.of] : [])));
  const there = events.filter(
    ({ id, sender, content }) =>
      content.type === 'reaction' &&
      content.to === event &&
      sameSign(content.key, key) &&
      sender === session.me &&
      !gone.has(id) &&
      !leaving.has(id)
  );
  const waiting: TransactionId | undefined = session.outbox
    .in(room)
    .find(({ deed }) => deed.does === 'reaction' && deed.to === event && sameSign(deed.key, key))?.transaction;
  return { there: there.map(({ id }) => id), waiting };
}
