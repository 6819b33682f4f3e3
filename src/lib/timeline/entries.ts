import { daysBetween } from '$lib/ui/days';
import type { EventId, Notice, Person, Row, Timeline, UserId } from '$lib/matrix/values';

export type Message = Extract<Row, { kind: 'message' }>;

/** Things that happened to a room, those of one kind told as one: «Marta and Jordi joined». */
export type Change = {
  readonly by: Person;
  readonly notice: Notice;
  /** Whom it happened to, in order, each once. */
  readonly people: readonly Person[];
};

/** What stands in a conversation, one below the other. */
export type Entry = { readonly key: string } & (
  | { readonly kind: 'beginning' }
  | { readonly kind: 'day'; readonly at: number }
  /** What comes after has not been read. */
  | { readonly kind: 'new' }
  | { readonly kind: 'changes'; readonly at: number; readonly changes: readonly Change[] }
  /** `opens`, `closes`: first and last of a group, one sender's messages of a few minutes. */
  | { readonly kind: 'message'; readonly message: Message; readonly opens: boolean; readonly closes: boolean }
);

const groupGap = 5 * 60 * 1000;

/** Arranges the rows of a conversation. `newAfter`: the last message that had been read when it was opened. */
export function entriesOf(timeline: Pick<Timeline, 'rows' | 'older'>, newAfter: EventId | null): readonly Entry[] {
  const entries: Entry[] = timeline.older === 'beginning' ? [{ kind: 'beginning', key: 'beginning' }] : [];
  const days = new Set<string>();
  let before: Row | undefined;
  let isNew = false;
  for (const row of timeline.rows) {
    if (!before || daysBetween(before.at, row.at) !== 0) {
      const day = `day ${new Date(row.at).toDateString()}`;
      // Clocks of other servers may go back: a day that comes twice needs another name.
      entries.push({ kind: 'day', key: days.has(day) ? `${day} ${row.key}` : day, at: row.at });
      days.add(day);
    }
    if (isNew && row.kind === 'message') {
      if (!row.mine) entries.push({ kind: 'new', key: 'new' });
      isNew = false;
    }
    if (row.kind === 'notice') addNotice(entries, row);
    else addMessage(entries, row);
    if (newAfter !== null && (row.kind === 'message' ? row.event : row.key) === newAfter) isNew = true;
    before = row;
  }
  return entries;
}

function addMessage(entries: Entry[], message: Message): void {
  const previous = entries.at(-1);
  const joins =
    previous?.kind === 'message' &&
    previous.message.sender.id === message.sender.id &&
    message.at - previous.message.at <= groupGap;
  if (joins) entries[entries.length - 1] = { ...previous, closes: false };
  entries.push({ kind: 'message', key: message.key, message, opens: !joins, closes: true });
}

function addNotice(entries: Entry[], row: Extract<Row, { kind: 'notice' }>): void {
  const previous = entries.at(-1);
  if (previous?.kind !== 'changes') {
    entries.push({ kind: 'changes', key: row.key, at: row.at, changes: [changeOf(row)] });
    return;
  }
  // The newest row names it: rows that come before, when one reads back, leave the name as it is.
  entries[entries.length - 1] = { ...previous, key: row.key, changes: withChange(previous.changes, changeOf(row)) };
}

const changeOf = ({ sender, notice }: Extract<Row, { kind: 'notice' }>): Change => ({
  by: sender,
  notice,
  people: 'person' in notice ? [notice.person] : []
});

function withChange(changes: readonly Change[], change: Change): readonly Change[] {
  const last = changes.at(-1);
  if (!last || !isSameKind(last, change)) return [...changes, change];
  const known = new Set(last.people.map(({ id }) => id));
  return [
    ...changes.slice(0, -1),
    { ...last, people: [...last.people, ...change.people.filter(({ id }) => !known.has(id))] }
  ];
}

/** Whoever comes or goes does so by herself; what one does to others is told with one's name. */
function isSameKind(a: Change, b: Change): boolean {
  if (a.notice.type !== b.notice.type || a.people.length === 0 || a.notice.type === 'called') return false;
  return ['joined', 'left', 'declined', 'knocked'].includes(a.notice.type) || a.by.id === b.by.id;
}

/** The newest message at or before an entry that has reached the server. */
export function newestEvent(entries: readonly Entry[], upTo: number): EventId | null {
  for (let index = Math.min(upTo, entries.length - 1); index >= 0; index--) {
    const entry = entries[index];
    if (entry?.kind === 'message' && entry.message.event) return entry.message.event;
  }
  return null;
}

/** The entry that shows the row of that key; -1 where none does. Of rows told as one, the last one names the entry. */
export function indexOfRow(entries: readonly Entry[], rows: readonly Row[], key: string): number {
  const at = rows.findIndex((row) => row.key === key);
  const keys = new Set(at < 0 ? [] : rows.slice(at).map((row) => row.key));
  return entries.findIndex((entry) => keys.has(entry.key));
}

/** How many messages of others come after an event; those of all rows where it is not among them. */
export function countAfter(rows: readonly Row[], event: EventId | null, me: UserId): number {
  const at = event === null ? -1 : rows.findLastIndex((row) => row.kind === 'message' && row.event === event);
  return rows.slice(at + 1).filter((row) => row.kind === 'message' && row.sender.id !== me).length;
}
