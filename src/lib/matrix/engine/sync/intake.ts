import type { Heard, RoomId, UserId } from '../../values.ts';
import { rulesType } from '../conversations/notify.ts';
import type { RawEvent } from '../event.ts';
import { meet } from '../unread/effect.ts';
import { heardIn } from '../unread/heard.ts';
import { receive } from '../unread/marks.ts';
import { advance, nothingUnread, tear } from '../unread/unread.ts';
import { receiptsOf } from './ephemeral.ts';
import { fold, foldReceipts, readerOf, type RoomRecord } from './record.ts';
import type { Records } from './records.ts';
import type { AccountData } from './account-data.ts';
import { arrange } from './personal.ts';
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
  /** Where what is missing ends: history is read back from there. null: the server did not say. */
  readonly before: string | null;
  /** Members may have changed unseen: whoever encrypts reads the state again. */
  readonly stale: boolean;
};

type Deps = { records: Records; accountData: Pick<AccountData, 'get'>; me: UserId };

/** Makes records and news of an answer. Changes nothing itself, and asks nobody: what is missing is noted and read later. */
export class Intake {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  take(answer: SyncResponse): { changed: Map<RoomId, RoomRecord>; news: RoomNews[] } {
    const { records, me } = this.#deps;
    const rooms = Object.entries(answer.rooms).map(([id, update]) => this.#room(id as RoomId, update));
    const changed = new Map(rooms.map(({ record }) => [record.id, record]));
    for (const [room, { people, own }] of receiptsOf(answer.extensions.receipts?.rooms ?? {}, me)) {
      const known = changed.get(room) ?? records.get(room);
      if (!known) continue;
      const record = foldReceipts(known, people, me);
      changed.set(room, { ...record, unread: receive(record.unread, own, record.seen) });
    }
    for (const { news } of rooms) {
      const record = changed.get(news.room);
      if (record && news.stale && !records.get(news.room)?.seen) changed.set(news.room, this.#first(record));
    }
    arrange(changed, answer, this.#deps);
    return { changed, news: rooms.map(({ news }) => news) };
  }

  get #heard(): Heard {
    return heardIn(this.#deps.accountData.get(rulesType));
  }

  #room(room: RoomId, update: RoomUpdate): { record: RoomRecord; news: RoomNews } {
    const { records, me } = this.#deps;
    const old = records.get(room);
    const folded = fold(old, room, update, me);
    const stale = update.limited || update.initial;
    const known = old?.seen ? update.timeline.findIndex((event) => event.event_id === old.seen) : -1;
    const joins = known >= 0 || !stale;
    const gap = !joins && (!old?.seen || update.timeline.length > 0);
    const arrived = update.timeline.slice(known + 1);
    const news = { room, state: update.required_state, arrived, gap, before: update.prev_batch ?? null, stale };
    if (!joins && !old?.seen) return { record: folded, news: { ...news, arrived: [] } };
    const reader = readerOf(folded, me, this.#heard);
    const torn =
      gap && old?.seen
        ? tear(folded.unread, {
            to: old.seen,
            after: old.last?.origin_server_ts ?? 0,
            // Messages raise it, and other events do not (MSC4186): without one, nothing is hidden that counts.
            hides: update.bump_stamp === undefined || update.bump_stamp > old.bump
          })
        : folded.unread;
    const met = arrived.map((raw) => meet(raw, undefined, reader));
    return { record: { ...folded, unread: advance(torn, met) }, news };
  }

  /** A conversation met for the first time has only one's own mark, or one's coming in, to go by. */
  #first(record: RoomRecord): RoomRecord {
    const { records, me } = this.#deps;
    const { last, seen, unread } = record;
    if (!seen || record.membership !== 'joined') return record;
    const marks = [unread.marks.all, unread.marks.main].filter((mark) => mark !== undefined);
    const read = last?.sender === me || marks.some(({ event }) => event === seen);
    const camein = records.get(record.id) !== undefined || records.has(record.id);
    if (read || (marks.length === 0 && !camein))
      return { ...record, unread: { ...nothingUnread, marks: unread.marks } };
    const after = Math.max(0, ...marks.map(({ at }) => at));
    const torn = tear({ ...nothingUnread, marks: unread.marks }, { to: null, after, hides: marks.length > 0 });
    return {
      ...record,
      unread: last ? advance(torn, [meet(last, undefined, readerOf(record, me, this.#heard))]) : torn
    };
  }
}
