import type { Target } from '../channel.ts';
import { Failure } from '../failure.ts';

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

/** Gives what was put by to the next engine. What it cannot take is put by again, but of an account that has left. */
export async function handOver(keep: (target: Target, args: readonly unknown[]) => Promise<unknown>): Promise<void> {
  const all = read();
  sessionStorage.removeItem(key);
  const taken = all.map(({ target, args }) =>
    keep(target, args).catch((thrown) => {
      if (Failure.from(thrown).reason !== 'signed-out') putBy(target, args);
    })
  );
  await Promise.all(taken);
}

const read = (): readonly Unkept[] => JSON.parse(sessionStorage.getItem(key) ?? '[]') as readonly Unkept[];
