import type { EventId, RoomId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { Failure } from '../../failure.ts';
import { ServerError, type Server } from '../server.ts';
import { messagesBefore } from '../sync/gap.ts';
import { isMessage } from './effect.ts';
import type { Unread } from './unread.ts';

/** What history is read back for, and with it how far. */
export type Missing = Pick<Unread, 'gap' | 'marks'> & {
  /** Marks of which it is not known what they cover. */
  readonly unplaced: readonly EventId[];
  readonly oldest: EventId | null;
  readonly sealed: readonly EventId[];
};

/** Events that are read back at the most: what is sealed may be addressed to anybody; of the rest the server knows. */
const mostSealed = 1000;
const mostPlain = 300;
/** Of a conversation met for the first time. */
const mostFirst = 100;
const pageSize = 100;

/** null: nothing is missing. `sealed`: what of it can be opened, and was not yet. */
export function missing({ gap, marks, events }: Unread, sealed: readonly EventId[]): Missing | null {
  const unplaced = Object.values(marks).flatMap(({ placed, event }) => (placed ? [] : [event]));
  if (!gap && sealed.length === 0 && (unplaced.length === 0 || events.length === 0)) return null;
  return { gap, marks, unplaced, oldest: events[0]?.id ?? null, sealed };
}

/** Whether these events, which reach to the newest, hold all that was missing. */
export function isWhole(
  events: readonly RawEvent[],
  { gap, marks, unplaced, oldest, sealed }: Missing,
  me: UserId
): boolean {
  const ids = new Set(events.map((event) => event.event_id));
  const has = (event: EventId | null | undefined) => event != null && ids.has(event);
  if (has(marks.all?.event) || has(marks.here?.event)) return true;
  const began = (event: RawEvent) =>
    event.type === 'm.room.create' ||
    (event.type === 'm.room.member' && event.state_key === me && event.content.membership === 'join');
  if (events.some(began)) return true;
  // Whoever wrote had read what stood there.
  const read = () => has(marks.main?.event) || events.some((event) => event.sender === me && isMessage(event));
  const closed = !gap || (gap.to === null ? read() : has(gap.to));
  const placed = unplaced.every(has) || oldest === null || has(oldest);
  return closed && placed && sealed.every(has);
}

/** Reads back from the newest event until nothing is missing, or too much. Oldest first. Rejects as the server does. */
export async function readBack(
  server: Server,
  room: RoomId,
  what: Missing,
  { me, sealed, signal }: { me: UserId; sealed: boolean; signal: AbortSignal }
): Promise<{ events: RawEvent[]; whole: boolean }> {
  const most = what.gap?.to === null ? mostFirst : sealed ? mostSealed : mostPlain;
  let events: RawEvent[] = [];
  let from: string | undefined;
  // A page may hold nothing that one may see, and have more behind it.
  for (let pages = 0; pages < most / pageSize; pages++) {
    const page = await messagesBefore(server, room, { from, limit: pageSize, signal });
    events = [...page.chunk.toReversed(), ...events];
    if (page.end === undefined || isWhole(events, what, me)) return { events, whole: true };
    from = page.end;
  }
  return { events, whole: false };
}

/** Whether it is worth asking again later. */
export function passes(thrown: unknown): boolean {
  const { reason } = Failure.from(thrown);
  const brokenThere = thrown instanceof ServerError && thrown.status === 500;
  return (reason === 'unreachable' || reason === 'too-many-attempts' || reason === 'signed-out') && !brokenThere;
}
