import { settle } from '../../settle.ts';
import type { EventId, RoomId, Timeline, UserId } from '../../values.ts';
import type { Records } from '../sync/records.ts';
import { pendingOf } from './acts.ts';
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

  #value(typing: readonly UserId[]): Timeline {
    const { room, records, book, run, window, own, me } = this.#parts;
    const { older, newer, live } = window;
    const record = records.look(room);
    const receipts = record?.receipts ?? {};
    const sending = own.echoes().map((echo) => ({ echo, act: pendingOf(echo) }));
    run.relations.pend(sending.flatMap(({ act }) => act ?? []));
    const rows = this.#rows.of({
      lines: run.lines,
      // What one writes stands at the end, wherever one reads.
      echoes: live ? sending.flatMap(({ echo, act }) => (act ? [] : [echo])) : [],
      keys: own.keys,
      receipts
    });
    return {
      rows,
      older,
      newer,
      typing: typing.map((user) => book.person(user)),
      readUpTo: readRow(rows, run, receipts[me]?.event ?? null),
      mayDelete: record?.deletes != null
    };
  }
}
