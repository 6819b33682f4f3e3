const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** What names a thing in a list, so that it is compared with itself when others come before it. */
function nameOf(item: unknown): string | undefined {
  const name = isPlain(item) ? (item.key ?? item.id) : undefined;
  return typeof name === 'string' ? name : undefined;
}

/**
 * `next` with every part that equals its counterpart in `before` replaced by it: values cross the worker's boundary
 * as copies, and what did not change must be the same object for a view to leave it alone.
 */
export function settle<T>(before: unknown, next: T): T {
  if (Object.is(before, next)) return next;
  if (Array.isArray(next) && Array.isArray(before)) {
    let named: Map<unknown, unknown> | undefined;
    const counterpart = (item: unknown, index: number): unknown => {
      const name = nameOf(item);
      if (name === nameOf(before[index])) return before[index];
      named ??= new Map(before.map((item) => [nameOf(item), item]));
      return name === undefined ? before[index] : named.get(name);
    };
    const items = next.map((item, index) => settle(counterpart(item, index), item));
    const same = items.length === before.length && items.every((item, index) => Object.is(item, before[index]));
    return (same ? before : items) as T;
  }
  if (isPlain(next) && isPlain(before)) {
    const old = (key: string) => (Object.hasOwn(before, key) ? before[key] : undefined);
    const entries = Object.entries(next).map(([key, value]) => [key, settle(old(key), value)] as const);
    const same =
      entries.length === Object.keys(before).length &&
      entries.every(([key, value]) => Object.hasOwn(before, key) && Object.is(value, before[key]));
    return (same ? before : Object.fromEntries(entries)) as T;
  }
  return next;
}
