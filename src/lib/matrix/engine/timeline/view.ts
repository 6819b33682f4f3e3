import { settle } from '../../settle.ts';
import type { EventId, Person, RoomId, Timeline, UserId } from '../../values.ts';
import { may } from '../people/levels.ts';
import type { Records } from '../sync/records.ts';
import { pendingOf } from './acts.ts';
import type { Entry } from './entry.ts';
import type { Namebook } from './namebook.ts';
import type { OwnMessages } from './own-messages.ts';
import { readRow } from './read-row.ts';
import { Rows } from './rows.ts';
import type { Run } from './run.ts';
import type { Window } from './window.ts';

type Parts = {
  readonly room: RoomId;
  readonly records: Records;
  readonly book: Namebook;
  readonly run: Run;
  readonly window: Window;
  readonly own: OwnMessages;
  readonly me: UserId;
};

/** What a room keeps for a time is told no longer than that; `keeps` in ms. Its state stays (MSC1763). */
function keptOf(lines: readonly Entry[], keeps: number | null): readonly Entry[] {
  if (keeps === null) return lines;
  const oldest = Date.now() - keeps;
  return lines.filter(({ raw }) => raw.state_key !== undefined || raw.origin_server_ts >= oldest);
}

/** What is told of an open conversation, made of what is known of it. */
export class View {
  readonly #parts: Parts;
  readonly #rows: Rows;
  #told: Timeline | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#rows = new Rows(parts.me, parts.book, parts.run.relations);
  }

  /** Something other than before; null where nothing has changed. */
  next(typing: readonly UserId[]): Timeline | null {
    const value = settle(this.#told, this.#value(typing));
    if (value === this.#told) return null;
    this.#told = value;
    return value;
  }

  /** The key of the row that stands for an event or, where it has none, of the next one. */
  keyAt(event: EventId): string | null {
    this.#value([]);
    const here = this.#parts.run.entries.map(({ raw }) => raw.event_id);
    return this.#rows.nearest(here, event);
  }

  /** Who of the others has read up to an event that is here, the last first. */
  readers(event: EventId): readonly Person[] {
    const { room, records, book, run, me } = this.#parts;
    const at = run.entries.findIndex(({ raw }) => raw.event_id === event);
    const [here, places] = [run.entries[at], new Map(run.entries.map(({ raw }, index) => [raw.event_id, index]))];
    if (!here) return [];
    return Object.entries(records.look(room)?.receipts ?? {})
      .filter(([user]) => user !== me && user !== here.raw.sender)
      .filter(([, mark]) => {
        const place = places.get(mark.event);
        return place === undefined ? mark.at >= here.raw.origin_server_ts : place >= at;
      })
      .sort(([, a], [, b]) => b.at - a.at)
      .map(([user]) => book.person(user as UserId));
  }

  #value(typing: readonly UserId[]): Timeline {
    const { room, records, book, run, window, own, me } = this.#parts;
    const { older, newer, live } = window;
    const record = records.look(room);
    const receipts = record?.receipts ?? {};
    const sending = own.echoes().map((echo) => ({ echo, act: pendingOf(echo) }));
    run.relations.pend(sending.flatMap(({ act }) => act ?? []));
    const rows = this.#rows.of({
      lines: keptOf(run.lines, record?.keeps ?? null),
      // What one writes stands at the end, wherever one reads.
      echoes: live ? sending.flatMap(({ echo, act }) => (act ? [] : [echo])) : [],
      keys: own.keys,
      receipts,
      sealed: record?.encryption != null,
      live
    });
    return {
      rows,
      older,
      newer,
      typing: typing.map((user) => book.person(user)),
      readUpTo: readRow(rows, run, receipts[me]?.event ?? null),
      mayDelete: may('delete', record?.rights)
    };
  }
}
