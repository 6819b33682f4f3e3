import type { Body, Delivery, EventId, Person, Row, TransactionId, UserId } from '../../values.ts';
import { relation } from '../event.ts';
import type { OutboxItem, Receipts } from '../store/database.ts';
import { bodyOf } from './body.ts';
import { isDeleted, isOpen, type Entry } from './entry.ts';
import { noticeOf } from './notice.ts';

/** One's own message that the timeline does not hold yet. `event`: the server has it. */
export type Echo = OutboxItem & { readonly sending: boolean; readonly event: EventId | null };

export type RowsInput = {
  readonly entries: readonly Entry[];
  readonly echoes: readonly Echo[];
  /** Keys that rows keep from their time as an echo. */
  readonly keys: ReadonlyMap<EventId, TransactionId>;
  readonly receipts: Receipts;
  readonly me: UserId;
  readonly name: (user: UserId, content?: Record<string, unknown>) => Person;
};

type Edit = { readonly at: number; readonly content: Record<string, unknown> };

/** What an event stands in relation to. Of an encrypted one it is told outside, or by some senders inside alone. */
const relationOf = ({ raw, opened }: Entry) =>
  relation(raw.content) ?? (isOpen(opened) ? relation(opened.content) : null);

/** Events that a redaction names, in its content or (before room version 11) beside it. */
function deletedBy(entries: readonly Entry[]): Set<unknown> {
  const redactions = entries.filter(({ raw }) => raw.type === 'm.room.redaction' && raw.state_key === undefined);
  return new Set(redactions.map(({ raw }) => raw.content.redacts ?? raw.redacts));
}

/** Valid edits, by the event that they change (Matrix 1.16, "Validity of replacement events"). */
function editsOf(entries: readonly Entry[], deleted: ReadonlySet<unknown>): Map<EventId, Edit> {
  const originals = new Map(entries.map((entry) => [entry.raw.event_id, entry]));
  const edits = new Map<EventId, Edit>();
  for (const entry of entries) {
    const { raw, opened } = entry;
    const related = relationOf(entry);
    if (related?.type !== 'm.replace' || raw.state_key !== undefined || !isOpen(opened)) continue;
    if (deleted.has(raw.event_id)) continue;
    const original = originals.get(related.event);
    // Her own words, of the same kind, and sealed where they were sealed: a server could write others.
    if (original?.raw.sender !== raw.sender || original.raw.type !== raw.type) continue;
    const content = opened.content['m.new_content'];
    if (typeof content !== 'object' || content === null || Object.keys(content).length === 0) continue;
    if ((edits.get(related.event)?.at ?? -1) > raw.origin_server_ts) continue;
    edits.set(related.event, { at: raw.origin_server_ts, content: content as Record<string, unknown> });
  }
  return edits;
}

/** The newest entry that somebody else has seen: everything of one's own up to there is read. */
function readUpTo({ entries, receipts, me }: RowsInput): number {
  const at = new Map(entries.map(({ raw }, index) => [raw.event_id, index]));
  const marks = Object.entries(receipts).flatMap(([user, mark]) => (user === me ? [] : [mark]));
  const known = marks.map(({ event }) => at.get(event) ?? -1);
  // A mark at an event that is not here goes by its time; the latest such mark says it all.
  const latest = Math.max(-1, ...marks.map((mark) => (at.has(mark.event) ? -1 : mark.at)));
  return Math.max(
    ...known,
    entries.findLastIndex(({ raw }) => raw.origin_server_ts <= latest),
    // Whoever wrote after a message has seen it.
    entries.findLastIndex(({ raw }) => raw.sender !== me && raw.state_key === undefined)
  );
}

/** Events that change others, and are no line of their own. */
const silent = ['m.replace', 'm.annotation'];

function bodyOfEntry(entry: Entry, edit: Edit | undefined, deleted: boolean): Body | null {
  const { raw, opened } = entry;
  if (silent.includes(relationOf(entry)?.type ?? '')) return null;
  if (raw.type === 'm.room.encrypted' && (deleted || isDeleted(raw))) return { type: 'deleted' };
  if (!isOpen(opened)) return { type: 'unreadable', cause: opened.cause };
  const body = bodyOf(opened.type, opened.content);
  if (body && deleted) return { type: 'deleted' };
  return body && body.type !== 'deleted' && edit ? (bodyOf(opened.type, edit.content) ?? body) : body;
}

const deliveryOfEcho = (echo: Echo): Delivery =>
  echo.failed ? { failed: echo.failed } : echo.event ? 'sent' : echo.sending ? 'sending' : 'queued';

function rowOfEntry(
  entry: Entry,
  input: RowsInput,
  context: { edit?: Edit; deleted: boolean; read: boolean }
): Row | null {
  const { raw } = entry;
  const { keys, me, name } = input;
  const transaction = keys.get(raw.event_id) ?? null;
  const base = { key: transaction ?? raw.event_id, at: raw.origin_server_ts, sender: name(raw.sender) };
  if (raw.state_key !== undefined) {
    const notice = noticeOf(raw, name);
    return notice && { ...base, kind: 'notice', notice };
  }
  const body = bodyOfEntry(entry, context.edit, context.deleted);
  if (!body) return null;
  const mine = raw.sender === me;
  const delivery = mine ? (context.read ? 'read' : 'sent') : null;
  const edited = context.edit !== undefined && body.type !== 'deleted';
  return { ...base, kind: 'message', event: raw.event_id, mine, body, edited, delivery, transaction };
}

const rowOfEcho = (echo: Echo, { me, name }: RowsInput): Row => ({
  key: echo.transaction,
  at: echo.at,
  sender: name(me),
  kind: 'message',
  event: echo.event,
  mine: true,
  body: bodyOf(echo.type, echo.content) ?? { type: 'unsupported' },
  edited: false,
  delivery: deliveryOfEcho(echo),
  transaction: echo.transaction
});

/** The rows of a timeline: what happened, then one's own messages that are still on their way. Pure; no key comes twice. */
export function toRows(input: RowsInput): Row[] {
  const deleted = deletedBy(input.entries);
  const edits = editsOf(input.entries, deleted);
  const readTo = readUpTo(input);
  const rows = new Map<string, Row>();
  input.entries.forEach((entry, index) => {
    const { event_id: id } = entry.raw;
    const row = rowOfEntry(entry, input, { edit: edits.get(id), deleted: deleted.has(id), read: index <= readTo });
    if (row && !rows.has(row.key)) rows.set(row.key, row);
  });
  for (const echo of input.echoes) if (!rows.has(echo.transaction)) rows.set(echo.transaction, rowOfEcho(echo, input));
  return [...rows.values()];
}
