import { Failure } from '../../failure.ts';
import type { RoomId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { ServerError, type Server } from '../server.ts';
import type { Receipts } from '../store/database.ts';
import { receiptsOf } from './ephemeral.ts';
import { readBack } from './gap.ts';
import { countUnread, coversAll, fold, foldReceipts, lastOf, type RoomRecord } from './record.ts';
import type { Records } from './records.ts';
import type { RoomUpdate, SyncResponse } from './wire.ts';

/** What one answer brought to one conversation, for whoever has it open. */
export type RoomNews = {
  readonly room: RoomId;
  /** New events, oldest first. */
  readonly arrived: readonly RawEvent[];
  /** State that came beside the timeline (members of who wrote, and what changed). */
  readonly state: readonly RawEvent[];
  /** The arrived events do not join on to those known before: something between is missing. */
  readonly gap: boolean;
  /** Members may have changed unseen: whoever encrypts reads the state again. */
  readonly stale: boolean;
};

/** Events that are read back for one room. */
const most = 100;
/** Rooms that are read back at once: as many requests as a browser makes of one origin. */
const atOnce = 6;

type Deps = { server: Server; records: Records; me: UserId };

/** Makes records and news of an answer, and closes the gaps in it. Changes nothing itself. */
export class Intake {
  readonly #deps: Deps;
  readonly #life: AbortSignal;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
  }

  /** Rejects where a gap could not be read for now; the same answer can be asked for again. */
  async take(answer: SyncResponse): Promise<{ changed: Map<RoomId, RoomRecord>; news: RoomNews[] }> {
    const rooms = await inParallel(Object.entries(answer.rooms), ([id, update]) => this.#room(id as RoomId, update));
    const changed = new Map(rooms.map(({ record }) => [record.id, record]));
    for (const [room, marks] of receiptsOf(answer.extensions.receipts?.rooms ?? {})) {
      const record = changed.get(room) ?? this.#deps.records.get(room);
      if (record) changed.set(room, await this.#receipts(record, marks));
    }
    return { changed, news: rooms.map(({ news }) => news) };
  }

  async #room(room: RoomId, update: RoomUpdate): Promise<{ record: RoomRecord; news: RoomNews }> {
    const { records, me, server } = this.#deps;
    const old = records.get(room);
    const folded = fold(old, room, update, me);
    const stale = update.limited || update.initial;
    const brought = (arrived: readonly RawEvent[], gap: boolean, record: RoomRecord) => ({
      record,
      news: { room, state: update.required_state, arrived, gap, stale }
    });
    const known = old?.seen ? update.timeline.findIndex((event) => event.event_id === old.seen) : -1;
    if (known >= 0 || !stale) {
      const arrived = update.timeline.slice(known + 1);
      return brought(arrived, false, countUnread(folded, arrived, true, me));
    }
    if (!old?.seen || update.timeline.length === 0) return brought([], true, folded);
    const { events, whole } = await this.#orGap(
      readBack(server, room, { from: update.prev_batch ?? null, to: old.seen, most, signal: this.#life })
    );
    const arrived = [...events, ...update.timeline];
    const record = { ...folded, last: lastOf(folded.last, arrived) };
    return brought(arrived, !whole, countUnread(record, arrived, whole, me));
  }

  /** One's own mark in the middle leaves a rest to count; a room met for the first time has only the mark to go by. */
  async #receipts(record: RoomRecord, marks: Receipts): Promise<RoomRecord> {
    const { records, me, server } = this.#deps;
    const before = records.get(record.id);
    const folded = foldReceipts(record, marks, me);
    const mine = folded.receipts[me];
    if (!mine || coversAll(folded, mine.event) || mine.event === before?.receipts[me]?.event) return folded;
    if (!before) return folded.last?.sender === me ? folded : { ...folded, unread: { count: 1, exact: false } };
    const { events, whole } = await this.#orGap(
      readBack(server, record.id, { to: mine.event, most, signal: this.#life })
    );
    // What came after this answer is counted when the sync tells of it.
    const seen = events.findLastIndex((event) => event.event_id === folded.seen);
    const told = seen < 0 ? events : events.slice(0, seen + 1);
    const since = whole ? told : told.filter((event) => event.origin_server_ts > mine.at);
    return countUnread({ ...folded, unread: { count: 0, exact: true } }, since, whole, me);
  }

  /** A room that cannot be read (any longer) has a gap. It must not hold up all others, as a server that is away does. */
  async #orGap(reading: ReturnType<typeof readBack>): ReturnType<typeof readBack> {
    try {
      return await reading;
    } catch (thrown) {
      const { reason } = Failure.from(thrown);
      const passes = reason === 'unreachable' || reason === 'too-many-attempts' || reason === 'signed-out';
      const brokenThere = thrown instanceof ServerError && thrown.status === 500;
      if (this.#life.aborted || (passes && !brokenThere)) throw thrown;
      console.warn('a gap stays:', Failure.from(thrown).message);
      return { events: [], whole: false };
    }
  }
}

async function inParallel<T, Result>(items: readonly T[], work: (item: T) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
