import type { Target } from '../channel.ts';

const key = 'tertulia.unkept';

type Unkept = { readonly target: Target; readonly args: readonly unknown[] };

/**
 * Puts by what a page writes after a newer build took over: this tab keeps it over the reload that the person is asked
 * for. Only drafts: all else she sees refused. Returns whether it was put by.
 */
export function putBy(target: Target, args: readonly unknown[]): boolean {
  if (target.port !== 'drafts' || target.method !== 'keep') return false;
  const [room] = args;
  const others = read().filter((one) => one.target.account !== target.account || one.args[0] !== room);
  sessionStorage.setItem(key, JSON.stringify([...others, { target, args }]));
  return true;
}

/** What was put by, for the next engine; it is not there any more. */
export function takeUp(): readonly Unkept[] {
  const all = read();
  sessionStorage.removeItem(key);
  return all;
}

const read = (): readonly Unkept[] => JSON.parse(sessionStorage.getItem(key) ?? '[]') as readonly Unkept[];
