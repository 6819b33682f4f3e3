import type { Body, Delivery, EventId, Person, Row, TransactionId, UserId } from '../../values.ts';
import { relation } from '../event.ts';
import type { OutboxItem, Receipts } from '../store/database.ts';
import { bodyOf } from './body.ts';
import { isOpen, type Entry } from './entry.ts';
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

/** Valid edits and deletions, by the event that they change. Only its own sender edits an event (Matrix 1.16, "Validity of replacement events"). */
function changes(entries: readonly Entry[]): { edits: Map<EventId, Edit>; deleted: Set<EventId> } {
  const senders = new Map(entries.map(({ raw }) => [raw.event_id, raw.sender]));
  const edits = new Map<EventId, Edit>();
  const deleted = new Set<EventId>();
  for (const { raw, opened } of entries) {
    if (raw.type === 'm.room.redaction') {
      const target = raw.content.redacts ?? raw.redacts;
      if (typeof target === 'string') deleted.add(target as EventId);
      continue;
    }
    const related = relation(raw.content) ?? (isOpen(opened) ? relation(opened.content) : null);
    if (related?.type !== 'm.replace' || !isOpen(opened) || senders.get(related.event) !== raw.sender) continue;
    const content = opened.content['m.new_content'];
    if (typeof content !== 'object' || content === null || (edits.get(related.event)?.at ?? -1) > raw.origin_server_ts)
      continue;
    edits.set(related.event, { at: raw.origin_server_ts, content: content as Record<string, unknown> });
  }
  return { edits, deleted };
}

/** The newest entry that somebody else has seen: everything of one's own up to there is read. */
function readUpTo({ entries, receipts, me }: RowsInput): number {
  const at = new Map(entries.map(({ raw }, index) => [raw.event_id, index]));
  let newest = -1;
  for (const [user, mark] of Object.entries(receipts)) {
    if (user === me) continue;
    const index = at.get(mark.event) ?? entries.findLastIndex(({ raw }) => raw.origin_server_ts <= mark.at);
    newest = Math.max(newest, index);
  }
  // Whoever wrote after a message has seen it.
  return Math.max(
    newest,
    entries.findLastIndex(({ raw }) => raw.sender !== me && raw.state_key === undefined)
  );
}

function bodyOfEntry({ raw, opened }: Entry, edit: Edit | undefined, deleted: boolean): Body | null {
  if (!isOpen(opened)) {
    if (deleted) return { type: 'deleted' };
    return relation(raw.content)?.type === 'm.replace' ? null : { type: 'unreadable', cause: opened.cause };
  }
  // An encrypted event that was deleted is told with its type and nothing in it.
  if (opened.type === 'm.room.encrypted' && Object.keys(opened.content).length === 0) return { type: 'deleted' };
  const body = bodyOf(opened.type, opened.content);
  if (body && deleted) return { type: 'deleted' };
  return body && body.type !== 'deleted' && edit ? (bodyOf(opened.type, edit.content) ?? body) : body;
}

const deliveryOfEcho = (echo: Echo): Delivery =>
  echo.failed ? { failed: echo.failed } : echo.event ? 'sent' : echo.sending ? 'sending' : 'queued';

/** The rows of a timeline: what happened, then one's own messages that are still on their way. Pure. */
export function toRows(input: RowsInput): Row[] {
  const { edits, deleted } = changes(input.entries);
  const read = readUpTo(input);
  const rows: Row[] = [];
  input.entries.forEach((entry, index) => {
    const { raw } = entry;
    const transaction = input.keys.get(raw.event_id) ?? null;
    const base = { key: transaction ?? raw.event_id, at: raw.origin_server_ts, sender: input.name(raw.sender) };
    if (raw.state_key !== undefined) {
      const notice = noticeOf(raw, input.name);
      if (notice) rows.push({ ...base, kind: 'notice', notice });
      return;
    }
    const edit = edits.get(raw.event_id);
    const body = bodyOfEntry(entry, edit, deleted.has(raw.event_id));
    if (!body) return;
    const mine = raw.sender === input.me;
    const delivery = mine ? (index <= read ? 'read' : 'sent') : null;
    const edited = edit !== undefined && body.type !== 'deleted';
    rows.push({ ...base, kind: 'message', event: raw.event_id, mine, body, edited, delivery, transaction });
  });
  for (const echo of input.echoes) {
    const body = bodyOf(echo.type, echo.content) ?? { type: 'unsupported' as const };
    rows.push({
      key: echo.transaction,
      at: echo.at,
      sender: input.name(input.me),
      kind: 'message',
      event: echo.event,
      mine: true,
      body,
      edited: false,
      delivery: deliveryOfEcho(echo),
      transaction: echo.transaction
    });
  }
  return rows;
}
