import type { EventId, Row } from '../../values.ts';
import type { Run } from './run.ts';

/**
 * The message that one has read up to, where the mark itself is at what is none: clients put it at a reaction or an edit,
 * and a call has no row. As it is, where it lies outside of what is loaded.
 */
export function readRow(rows: readonly Row[], run: Pick<Run, 'entries'>, mark: EventId | null): EventId | null {
  const messages = new Set(rows.flatMap((row) => (row.kind === 'message' && row.event ? [row.event] : [])));
  if (mark === null || messages.has(mark)) return mark;
  const at = run.entries.findLastIndex(({ raw }) => raw.event_id === mark);
  return run.entries.slice(0, at + 1).findLast(({ raw }) => messages.has(raw.event_id))?.raw.event_id ?? mark;
}
