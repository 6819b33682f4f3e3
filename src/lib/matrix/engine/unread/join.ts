import type { Met } from './effect.ts';
import { advance, bounded, scopeOf, within, type Unread, type UnreadEvent } from './unread.ts';

/**
 * What of a history is news: all behind the gap's beginning. Of what was known before, only that is still unread which
 * is in the list, but marks are met there.
 */
function newsOf(fetched: readonly Met[], { gap, marks, events }: Unread): readonly Met[] {
  const wide = new Set([marks.all, marks.main, marks.here].map((mark) => mark?.event));
  const isBaseline = ({ id, effect }: Met) =>
    wide.has(id) || effect.does === 'joins' || (effect.does === 'reads' && effect.thread === null);
  if (gap?.to === null) return fetched.slice(Math.max(0, fetched.findLastIndex(isBaseline)));
  const known = gap ? fetched.findIndex(({ id }) => id === gap.to) : fetched.length - 1;
  const listed = new Set(events.map(({ id }) => id));
  return fetched.map((met, at) =>
    at <= known && met.effect.does === 'counts' && !listed.has(met.id) ? { ...met, effect: { does: 'nothing' } } : met
  );
}

/**
 * Joins in what was read back, oldest first: it ends at the newest event seen, or before. `whole`: it reaches back to
 * where nothing is missing. `before`: what was unread when the reading began, of the same revision; by it what came
 * meanwhile is told from what lies further back.
 */
export function join(unread: Unread, fetched: readonly Met[], before: Unread, whole: boolean): Unread {
  const here = new Set(fetched.map(({ id }) => id));
  const known = new Set(before.events.map(({ id }) => id));
  const rest = unread.events.filter(({ id }) => !here.has(id));
  const earlier = rest.filter(({ id }) => known.has(id));
  const later = rest.filter(({ id }) => !known.has(id));
  const hole = whole || !unread.gap ? unread.hole : (fetched[0]?.at ?? unread.hole ?? 0);
  let joined = advance({ ...unread, events: earlier, gap: null, hole }, newsOf(fetched, unread));
  for (const [key, mark] of Object.entries(joined.marks)) {
    if (mark.placed) continue;
    // Not met, it lies further back than anything unread; or further than one reads, and then its time must do.
    const covered = (event: UnreadEvent) => !whole && event.at <= mark.at && within(event, scopeOf(key));
    const events = joined.events.filter((event) => !covered(event));
    joined = { ...joined, events, marks: { ...joined.marks, [key]: { ...mark, placed: true } } };
  }
  return bounded({ ...joined, events: [...joined.events, ...later] });
}

/** Adds a mention that the server knows of, in what was never read back. */
export function insert(unread: Unread, event: UnreadEvent): Unread {
  if (unread.events.some(({ id }) => id === event.id)) return unread;
  const at = unread.events.findIndex((one) => one.at > event.at);
  return bounded({ ...unread, events: unread.events.toSpliced(at < 0 ? unread.events.length : at, 0, event) });
}
