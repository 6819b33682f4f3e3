/**
 * How a value differs from the one before it, where parts that did not change are the same object: all that needs to
 * cross between the engine and a page. Both ends hold the value before.
 */
export type Change =
  | { readonly to: unknown }
  | { readonly parts: Readonly<Record<string, Change>>; readonly gone: readonly string[] }
  /** What the list is made of, in order: stretches `[start, end)` of the one before, and new items. */
  | {
      readonly list: readonly ({ readonly kept: readonly [number, number] } | { readonly items: readonly unknown[] })[];
    };

type Piece = Extract<Change, { list: unknown }>['list'][number];

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** null: they are the same. */
export function difference(before: unknown, next: unknown): Change | null {
  if (Object.is(before, next)) return null;
  if (Array.isArray(before) && Array.isArray(next)) return listDifference(before, next);
  if (!isPlain(before) || !isPlain(next)) return { to: next };
  const parts = Object.entries(next).flatMap(([name, part]) => {
    const change = Object.hasOwn(before, name) ? difference(before[name], part) : { to: part };
    return change ? [[name, change] as const] : [];
  });
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(next, name));
  return parts.length + gone.length > 0 ? { parts: Object.fromEntries(parts), gone } : null;
}

function listDifference(before: readonly unknown[], next: readonly unknown[]): Change | null {
  const places = new Map(before.map((item, index) => [item, index]));
  /** Things are found wherever they stand now; of equal words and numbers any could be meant. */
  const placeOf = (item: unknown, index: number): number | undefined => {
    if (index < before.length && Object.is(before[index], item)) return index;
    return typeof item === 'object' && item !== null ? places.get(item) : undefined;
  };
  const pieces: Piece[] = [];
  let kept: [number, number] | undefined;
  let items: unknown[] | undefined;
  for (const [index, item] of next.entries()) {
    const at = placeOf(item, index);
    if (at === undefined) {
      if (items) items.push(item);
      else pieces.push({ items: (items = [item]) });
      kept = undefined;
    } else {
      if (kept?.[1] === at) kept[1]++;
      else pieces.push({ kept: (kept = [at, at + 1]) });
      items = undefined;
    }
  }
  if (!pieces.some((piece) => 'kept' in piece)) return before.length + next.length > 0 ? { to: next } : null;
  const isSame = pieces.length === 1 && kept?.[0] === 0 && kept[1] === before.length;
  return isSame ? null : { list: pieces };
}

/** The value that `change` makes of the one before. Throws where that is another than it was taken from. */
export function changed(before: unknown, change: Change): unknown {
  if ('to' in change) return change.to;
  if ('list' in change) {
    if (!Array.isArray(before)) throw new TypeError('a change of a list that is not there');
    return change.list.flatMap((piece) => ('kept' in piece ? before.slice(...piece.kept) : piece.items));
  }
  if (!isPlain(before)) throw new TypeError('a change of a thing that is not there');
  const { parts, gone } = change;
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(parts, name) && !gone.includes(name));
  const made = Object.entries(parts).map(([name, part]) => [name, changed(before[name], part)] as const);
  return Object.fromEntries([...kept, ...made]);
}
