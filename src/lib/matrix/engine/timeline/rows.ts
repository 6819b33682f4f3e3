import { settle } from '../../settle.ts';
import type {
  Act,
  Answered,
  Body,
  Doubt,
  Delivery,
  EventId,
  Reaction,
  Row,
  TransactionId,
  UserId
} from '../../values.ts';
import { wordsOf } from '../../writing/words.ts';
import type { Outgoing } from '../outbox.ts';
import type { Receipts } from '../store/database.ts';
import { bodyOf } from './body.ts';
import { inBrief, waitingFile } from './file-body.ts';
import { answeredBy, inReplyTo, isDeleted, isOpen, type Entry } from './entry.ts';
import type { Namebook } from './namebook.ts';
import { noticeOf } from './notice.ts';
import { entryOf } from './own-messages.ts';
import type { Edit, Relations } from './relations.ts';

/** One's own message that the timeline does not hold yet. `event`: the server has it. */
export type Echo = Outgoing & { readonly event: EventId | null };

export type RowsInput = {
  /** Those that are lines of their own, oldest first. */
  readonly lines: readonly Entry[];
  readonly echoes: readonly Echo[];
  /** Keys that rows keep from their time as an echo. */
  readonly keys: ReadonlyMap<EventId, TransactionId>;
  readonly receipts: Receipts;
  /** The conversation is encrypted; `live`: these lines reach its end. */
  readonly sealed: boolean;
  readonly live: boolean;
};

/** All that a row is made of; the same parts give the same row. */
type Parts = {
  readonly entry: Entry;
  readonly transaction: TransactionId | null;
  readonly edit: Edit | undefined;
  readonly deleted: boolean;
  readonly clear: boolean;
  readonly answers: Answered | null;
  readonly act: Act | null;
  readonly reactions: readonly Reaction[];
  readonly read: boolean;
  readonly names: number;
};

type Made = { readonly parts: Parts; readonly row: Row | null };

const none: readonly Reaction[] = [];

/** The newest line that somebody else has seen: everything of one's own up to there is read. */
function readUpTo({ lines, receipts }: RowsInput, me: UserId): number {
  const at = new Map(lines.map(({ raw }, index) => [raw.event_id, index]));
  const marks = Object.entries(receipts).flatMap(([user, mark]) => (user === me ? [] : [mark]));
  const known = marks.map(({ event }) => at.get(event) ?? -1);
  // A mark at an event that is not here goes by its time; the latest such mark says it all.
  const latest = Math.max(-1, ...marks.map((mark) => (at.has(mark.event) ? -1 : mark.at)));
  return Math.max(
    ...known,
    lines.findLastIndex(({ raw }) => raw.origin_server_ts <= latest),
    // Whoever wrote after a message has seen it.
    lines.findLastIndex(({ raw }) => raw.sender !== me && raw.state_key === undefined)
  );
}

export function bodyOfEntry({ entry, edit, deleted }: Pick<Parts, 'entry' | 'edit' | 'deleted'>): Body | null {
  const { raw, opened } = entry;
  if (raw.type === 'm.room.encrypted' && (deleted || isDeleted(raw))) return { type: 'deleted' };
  if (!isOpen(opened)) return { type: 'unreadable', cause: opened.cause };
  const body = bodyOf(opened.type, opened.content);
  if (body && deleted) return { type: 'deleted' };
  return body && body.type !== 'deleted' && edit ? (bodyOf(opened.type, edit.content) ?? body) : body;
}

/** The line after which all should be encrypted. What was said before that was said in clear, and rightly. */
function sealedSince({ lines, sealed, live }: RowsInput): number {
  if (!sealed) return Infinity;
  const at = lines.findIndex(({ raw }) => raw.type === 'm.room.encryption' && raw.state_key === '');
  // It lies before these lines or, where they end in the past, perhaps behind them.
  if (at >= 0 || live) return at;
  const first = lines.findIndex(({ raw }) => raw.type === 'm.room.encrypted');
  return first < 0 ? Infinity : first;
}

/** As much of a message as a quote shows. */
const quoteLength = 300;

/** One line of what a message says. */
export function quotedBody(body: Body): Body {
  if (body.type !== 'text') return inBrief(body);
  const { style, text, rich } = body;
  return { type: 'text', style, text: (rich ? wordsOf(rich) : text).slice(0, quoteLength) };
}

function deliveryOfEcho({ failed, event, sending, uploaded }: Echo): Delivery {
  if (failed) return { failed };
  if (event) return 'sent';
  if (uploaded !== undefined) return { uploaded };
  return sending ? 'sending' : 'queued';
}

/** Makes the rows of a timeline and keeps them: a row is made anew only when a part of it has changed. */
export class Rows {
  readonly #me: UserId;
  readonly #book: Namebook;
  readonly #relations: Relations;
  #made = new Map<EventId, Made>();
  #lines: ReadonlyMap<EventId, Entry> = new Map();
  #echoes: readonly Row[] = [];
  #rows: readonly Row[] = [];

  constructor(me: UserId, book: Namebook, relations: Relations) {
    this.#me = me;
    this.#book = book;
    this.#relations = relations;
  }

  /** What happened, then one's own messages that are still on their way. No key comes twice. */
  of(input: RowsInput): readonly Row[] {
    const readTo = readUpTo(input, this.#me);
    const sealedAt = sealedSince(input);
    const made = new Map<EventId, Made>();
    const rows = new Map<string, Row>();
    this.#lines = new Map(input.lines.map((entry) => [entry.raw.event_id, entry]));
    for (const [index, entry] of input.lines.entries()) {
      const { event_id: id } = entry.raw;
      const clear = index > sealedAt && entry.raw.type === 'm.room.message';
      const parts = this.#partsOf(entry, input.keys.get(id) ?? null, { read: index <= readTo, clear });
      const row = this.#rowOf(id, parts);
      made.set(id, { parts, row });
      if (row && !rows.has(row.key)) rows.set(row.key, row);
    }
    this.#made = made;
    this.#echoes = settle(
      this.#echoes,
      input.echoes.map((echo) => this.#rowOfEcho(echo))
    );
    for (const row of this.#echoes) if (!rows.has(row.key)) rows.set(row.key, row);
    this.#rows = settleList(this.#rows, [...rows.values()]);
    return this.#rows;
  }

  /** The key of the row that an event of `events` has now, or the nearest one after it, else before it. */
  nearest(events: readonly EventId[], event: EventId): string | null {
    const at = events.indexOf(event);
    const near = [...events.slice(at), ...events.slice(0, at).reverse()];
    return near.map((id) => this.#made.get(id)?.row?.key).find((key) => key !== undefined) ?? null;
  }

  #partsOf(entry: Entry, transaction: TransactionId | null, { read, clear }: { read: boolean; clear: boolean }): Parts {
    const { raw } = entry;
    const isMessage = raw.state_key === undefined;
    const deleted = this.#relations.isGone(raw.event_id);
    const answered = answeredBy(entry);
    return {
      entry,
      transaction,
      deleted,
      clear,
      answers: settle(this.#made.get(raw.event_id)?.parts.answers, this.#answered(answered)),
      act: settle(this.#made.get(raw.event_id)?.parts.act, this.#relations.actOn(raw.event_id)),
      edit: isMessage ? this.#relations.editOf(entry) : undefined,
      reactions: isMessage && !deleted ? this.#relations.reactionsTo(raw.event_id, this.#book, this.#me) : none,
      read: raw.sender === this.#me && read,
      names: this.#book.version
    };
  }

  #answered(event: EventId | null): Answered | null {
    if (event === null) return null;
    const entry = this.#lines.get(event);
    const [edit, deleted] = [entry && this.#relations.editOf(entry), this.#relations.isGone(event)];
    const body = entry && bodyOfEntry({ entry, edit, deleted });
    return { event, quoted: body ? { sender: this.#book.person(entry.raw.sender), body: quotedBody(body) } : null };
  }

  #rowOf(id: EventId, parts: Parts): Row | null {
    const before = this.#made.get(id);
    return before && isSame(before.parts, parts) ? before.row : settle(before?.row, this.#make(parts));
  }

  #make(parts: Parts): Row | null {
    const { entry, transaction, edit, answers, act, reactions, read, clear } = parts;
    const { raw } = entry;
    const { person } = this.#book;
    const base = { key: transaction ?? raw.event_id, at: raw.origin_server_ts, sender: person(raw.sender) };
    if (raw.state_key !== undefined) {
      const notice = noticeOf(raw, person);
      return notice && { ...base, kind: 'notice', notice };
    }
    const body = bodyOfEntry(parts);
    if (!body) return null;
    const mine = raw.sender === this.#me;
    const delivery = mine ? (read ? 'read' : 'sent') : null;
    const isGone = body.type === 'deleted';
    return {
      ...base,
      kind: 'message',
      event: raw.event_id,
      mine,
      body,
      answers: isGone ? null : answers,
      doubt: isGone ? null : doubtOf(entry, clear),
      edited: edit !== undefined && !isGone,
      reactions: isGone ? none : reactions,
      delivery,
      transaction,
      act
    };
  }

  #rowOfEcho(echo: Echo): Row {
    const { transaction, at, type, content, event } = echo;
    const entry = event && entryOf(echo, event, this.#me);
    const deleted = event !== null && this.#relations.isGone(event);
    const edit = entry ? this.#relations.editOf(entry) : undefined;
    const sent = entry && bodyOfEntry({ entry, edit, deleted });
    return {
      key: transaction,
      at,
      sender: this.#book.person(this.#me),
      kind: 'message',
      event,
      mine: true,
      body: sent ?? waitingFile(echo) ?? bodyOf(type, content) ?? { type: 'unsupported' },
      answers: deleted ? null : this.#answered(inReplyTo(content)),
      doubt: null,
      edited: edit !== undefined && !deleted,
      reactions: event && !deleted ? this.#relations.reactionsTo(event, this.#book, this.#me) : none,
      delivery: deliveryOfEcho(echo),
      transaction,
      act: event && this.#relations.actOn(event)
    };
  }
}

const doubtOf = ({ opened }: Entry, clear: boolean): Doubt | null =>
  clear ? 'clear' : (isOpen(opened) && opened.doubt) || null;

const isSame = (a: Parts, b: Parts): boolean =>
  a.entry === b.entry &&
  a.transaction === b.transaction &&
  a.edit === b.edit &&
  a.deleted === b.deleted &&
  a.clear === b.clear &&
  a.answers === b.answers &&
  a.act === b.act &&
  a.reactions === b.reactions &&
  a.read === b.read &&
  a.names === b.names;

/** The list before where it holds the very same things. */
const settleList = <T>(before: readonly T[], next: readonly T[]): readonly T[] =>
  before.length === next.length && next.every((one, index) => one === before[index]) ? before : next;
