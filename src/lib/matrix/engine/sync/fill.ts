import type { Range, SyncResponse } from './wire.ts';

/** Conversations at the top that are always asked for. */
export const windowSize = 20;
const windowEnd = windowSize - 1;
/** Conversations that are asked for at once beside the window. */
const stripe = 100;

/**
 * How far the list is read beside its window: in stripes, of which the next begins at `from`; on a connection that began
 * `anew` to its end, after which all is asked for once more in one piece, for conversations move while one reads.
 */
export type Fill =
  | { readonly from: number; readonly anew: true }
  /** As far as every conversation has news, and at least to `until`. */
  | { readonly from: number; readonly anew: false; readonly until: number }
  | { readonly all: number };

export const anew: Fill = { from: 0, anew: true };

/**
 * Where to go on after a reload. What was read before it may have news since: all of it is asked for again, in one piece
 * at the end of what began anew, else from the window on.
 */
export const resumed = (fill: Fill | null): Fill | null =>
  fill && 'until' in fill ? { from: windowEnd + 1, anew: false, until: Math.max(fill.from, fill.until) } : fill;

/** Places to ask for, each as a list of its own: the window, and what is read beside it. */
export function rangesOf(fill: Fill | null): { readonly all: Range; readonly beside?: Range } {
  if (fill && 'all' in fill) return { all: [0, fill.all] };
  const all: Range = [0, windowEnd];
  return fill && fill.from > 0 ? { all, beside: [fill.from, fill.from + stripe - 1] } : { all };
}

/**
 * Where to read on after an answer. `all`: the ids of every conversation there is, where the answer has told them on a
 * connection that began anew. Pure.
 */
export function nextFill(fill: Fill | null, answer: SyncResponse): { fill: Fill | null; all: Set<string> | null } {
  const { all: list, beside } = answer.lists;
  if (!list) return { fill, all: null };
  const told = new Set([list, beside].flatMap((one) => one?.ops.flatMap(({ room_ids: ids }) => ids) ?? []));
  // A server that names fewer than it counts has not told all: nothing is forgotten by its word.
  const all = told.size >= list.count ? told : null;
  if (fill && 'all' in fill) return { fill: null, all };
  const ranges = rangesOf(fill);
  const [, last] = ranges.beside ?? ranges.all;
  const ids = (ranges.beside ? beside : list)?.ops.at(-1)?.room_ids ?? [];
  if (!fill?.anew) {
    const until = fill?.until ?? 0;
    const news = ids.every((id) => Object.hasOwn(answer.rooms, id)) || last < until;
    const more = ids.length > 0 && last < list.count - 1;
    return { fill: news && more ? { from: last + 1, anew: false, until } : null, all: null };
  }
  if (ids.length > 0 && last < list.count - 1) return { fill: { from: last + 1, anew: true }, all: null };
  return fill.from <= windowEnd + 1 ? { fill: null, all } : { fill: { all: last }, all: null };
}
