const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What names a thing in a list, so that it is compared with itself when others come before it. */
const nameOf = (item: unknown): unknown => (isPlain(item) ? (item.key ?? item.id) : undefined);

/**
 * `next` with every part that equals its counterpart in `before` replaced by it: values cross the worker's boundary
 * as copies, and what did not change must be the same object for a view to leave it alone.
 */
export function settle<T>(before: unknown, next: T): T {
  if (Object.is(before, next)) return next;
  if (Array.isArray(next) && Array.isArray(before)) {
    const known = new Map(before.map((item, index) => [nameOf(item) ?? index, item]));
    const items = next.map((item, index) => settle(known.get(nameOf(item) ?? index), item));
    const same = items.length === before.length && items.every((item, index) => Object.is(item, before[index]));
    return (same ? before : items) as T;
  }
  if (isPlain(next) && isPlain(before)) {
    const entries = Object.entries(next).map(([key, value]) => [key, settle(before[key], value)] as const);
    const same =
      entries.length === Object.keys(before).length && entries.every(([key, value]) => Object.is(value, before[key]));
    return (same ? before : Object.fromEntries(entries)) as T;
  }
  return next;
}
