import { isUserId } from '$protocol/address.ts';
import type { EventId, RoomId, UserId } from '../../values.ts';
import type { Receipts } from '../store/database.ts';

type Rooms = Readonly<Record<string, { content: Record<string, unknown> }>>;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everybody's read mark, and one's own by what each covers: the room, what is outside of threads, or one thread. */
type Marks = { readonly people: Receipts; readonly own: Readonly<Record<string, { event: EventId; at: number }>> };

/** Read marks a room, public and private (Matrix 1.16 client-server, `m.receipt`). Of others, threads' marks are left out. */
export function* receiptsOf(rooms: Rooms, me: UserId): Generator<[RoomId, Marks]> {
  for (const [room, { content }] of Object.entries(rooms)) {
    const people: Record<string, { event: EventId; at: number }> = {};
    const own: Record<string, { event: EventId; at: number }> = {};
    for (const [event, kinds] of Object.entries(content)) {
      for (const kind of ['m.read', 'm.read.private']) {
        const users = isRecord(kinds) ? kinds[kind] : undefined;
        for (const [user, mark] of Object.entries(isRecord(users) ? users : {})) {
          const { ts: at, thread_id: thread } = isRecord(mark) ? mark : {};
          if (!isUserId(user) || typeof at !== 'number') continue;
          const scope = thread === undefined ? 'all' : isThread(thread) ? thread : null;
          if (user === me && scope !== null) keep(own, scope, { event: event as EventId, at });
          if (scope === 'all' || scope === 'main') keep(people, user, { event: event as EventId, at });
        }
      }
    }
    yield [room as RoomId, { people, own }];
  }
}

const isThread = (thread: unknown): thread is string =>
  typeof thread === 'string' && (thread === 'main' || thread.startsWith('$'));

function keep<Mark extends { at: number }>(marks: Record<string, Mark>, key: string, mark: Mark): void {
  if ((marks[key]?.at ?? -1) < mark.at) marks[key] = mark;
}

/** Who writes in each room, without oneself. */
export function* typingOf(rooms: Rooms, me: UserId): Generator<[RoomId, UserId[]]> {
  for (const [room, { content }] of Object.entries(rooms)) {
    const people = Array.isArray(content.user_ids) ? content.user_ids : [];
    yield [room as RoomId, people.filter((id): id is UserId => typeof id === 'string' && isUserId(id) && id !== me)];
  }
}
