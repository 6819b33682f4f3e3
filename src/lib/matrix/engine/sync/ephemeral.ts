import { isUserId } from '$protocol/address.ts';
import type { EventId, RoomId, UserId } from '../../values.ts';
import type { Receipts } from '../store/database.ts';

type Rooms = Readonly<Record<string, { content: Record<string, unknown> }>>;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Read marks a room, public and private (Matrix 1.16 client-server, `m.receipt`). Threads' own marks are left out. */
export function* receiptsOf(rooms: Rooms): Generator<[RoomId, Receipts]> {
  for (const [room, { content }] of Object.entries(rooms)) {
    const marks: Record<string, { event: EventId; at: number }> = {};
    for (const [event, kinds] of Object.entries(content)) {
      for (const kind of ['m.read', 'm.read.private']) {
        const people = isRecord(kinds) ? kinds[kind] : undefined;
        for (const [user, mark] of Object.entries(isRecord(people) ? people : {})) {
          const { ts, thread_id: thread } = isRecord(mark) ? mark : {};
          const main = thread === undefined || thread === 'main';
          if (!isUserId(user) || typeof ts !== 'number' || !main || (marks[user]?.at ?? -1) >= ts) continue;
          marks[user] = { event: event as EventId, at: ts };
        }
      }
    }
    yield [room as RoomId, marks];
  }
}

/** Who writes in each room, without oneself. */
export function* typingOf(rooms: Rooms, me: UserId): Generator<[RoomId, UserId[]]> {
  for (const [room, { content }] of Object.entries(rooms)) {
    const people = Array.isArray(content.user_ids) ? content.user_ids : [];
    yield [room as RoomId, people.filter((id): id is UserId => typeof id === 'string' && isUserId(id) && id !== me)];
  }
}
