import type { SyncResponse } from './wire.ts';

/** Conversations at the top that are always asked for. */
export const windowSize = 20;
const windowEnd = windowSize - 1;
/** Conversations that are asked for at once beside the window. */
const stripe = 100;

/**
 * How far the list is read beside its window: in stripes, of which the next begins at `from`; on a connection that began
 * `anew` to its end, after which all is asked for once more in one piece, for conversations move while one reads.
 */
export type Fill = { readonly from: number; readonly anew: boolean } | { readonly all: number };

export const anew: Fill = { from: 0, anew: true };

/** Places in the list to ask for, both ends included. null: the window is enough. */
export function rangesOf(fill: Fill | null): [number, number][] {
  if (fill && 'all' in fill) return [[0, fill.all]];
  const ranges: [number, number][] = [[0, windowEnd]];
  if (fill && fill.from > 0) ranges.push([fill.from, fill.from + stripe - 1]);
  return ranges;
}

/**
 * Where to read on after an answer. `all`: the ids of every conversation there is, where the answer has told them on a
 * connection that began anew. Pure.
 */
export function nextFill(fill: Fill | null, answer: SyncResponse): { fill: Fill | null; all: Set<string> | null } {
  const list = answer.lists.all;
  if (!list) return { fill, all: null };
  const told = new Set(list.ops.flatMap(({ room_ids: ids }) => ids));
  // A server that names fewer than it counts has not told all: nothing is forgotten by its word.
  const all = told.size >= list.count ? told : null;
  if (fill && 'all' in fill) return { fill: null, all };
  const last = rangesOf(fill).at(-1)?.[1] ?? windowEnd;
  const ids = list.ops.at(-1)?.room_ids ?? [];
  if (!fill?.anew) {
    const news = ids.length > 0 && ids.every((id) => Object.hasOwn(answer.rooms, id));
    return { fill: news && last < list.count - 1 ? { from: last + 1, anew: false } : null, all: null };
  }
  if (ids.length > 0 && last < list.count - 1) return { fill: { from: last + 1, anew: true }, all: null };
  return fill.from <= windowEnd + 1 ? { fill: null, all } : { fill: { all: last }, all: null };
}
