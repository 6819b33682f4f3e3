import type { Target } from '../channel.ts';
import { Failure } from '../failure.ts';

const key = 'tertulia.unkept';

/** `at`: when it was put by, ms since the epoch. */
type Unkept = { readonly target: Target; readonly args: readonly unknown[]; readonly at: number };
/** A tab's own storage, or that of all tabs. */
type Where = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * Puts by what a page writes and no engine may have kept, for the next one: in this tab after a newer build took over,
 * until the person does as she is asked and reloads; for all tabs as the page goes, for its worker may go with it. Only
 * drafts: all else she sees refused. Returns whether it was put by.
 */
export function putBy(target: Target, args: readonly unknown[], where?: Where, at = Date.now()): boolean {
  if (target.port !== 'drafts' || target.method !== 'keep') return false;
  const [room] = args;
  const place = where ?? sessionStorage;
  const others = read(place).filter((one) => one.target.account !== target.account || one.args[0] !== room);
  place.setItem(key, JSON.stringify([...others, { target, args, at }]));
  return true;
}

/** Gives what was put by to an engine. What it cannot take is put by again, but of an account that has left. */
export async function handOver(keep: (target: Target, args: readonly unknown[]) => Promise<unknown>): Promise<void> {
  const give = (where: Where) =>
    taken(where).map(({ target, args: [room, kept], at }) => {
      const draft = draftOf(kept);
      return keep(target, [room, draft, at]).catch((thrown) => {
        if (Failure.from(thrown).reason !== 'signed-out') putBy(target, [room, draft], where, at);
      });
    });
  await Promise.all([...give(sessionStorage), ...give(localStorage)]);
}

/** A build before drafts had mentions put by their text alone. */
function draftOf(kept: unknown): unknown {
  if (typeof kept !== 'string') return kept;
  return kept === '' ? null : { text: kept };
}

type Connection = {
  readonly version: { readonly current: 'current' | 'superseded' | undefined };
  call(target: Target, args: readonly unknown[]): Promise<unknown>;
};

/**
 * Hands over what is put by: now, when another tab has put something by as it went, and when this page is back as it
 * was. A tab of an older build leaves all of it to the newer ones.
 */
export function takeOver(connection: Connection): void {
  const take = () => {
    if (connection.version.current !== 'superseded') void handOver((target, args) => connection.call(target, args));
  };
  take();
  window.addEventListener('pageshow', take);
  window.addEventListener('storage', (event) => {
    if (event.key === key && event.newValue !== null) take();
  });
}

function taken(where: Where): readonly Unkept[] {
  const all = read(where);
  where.removeItem(key);
  return all;
}

function read(where: Where): readonly Unkept[] {
  try {
    return JSON.parse(where.getItem(key) ?? '[]') as readonly Unkept[];
  } catch {
    // Damaged: there is nothing to be had from it.
    return [];
  }
}
