import type { EventId } from '../../values.ts';
import { numbersOf, read, readToEnd, revised, scopeOf, within, type OwnMark, type Unread } from './unread.ts';

const mostMarks = 40;

/** Says what a mark covers, where that can be told: it is at an event of the list, or at the newest event seen. */
function place(unread: Unread, key: string, seen: EventId | null): Unread {
  const mark = unread.marks[key];
  if (!mark || mark.placed) return unread;
  const scope = scopeOf(key);
  const at = unread.events.findIndex(({ id }) => id === mark.event);
  const event = unread.events[at];
  // Nothing that it could cover. At an event that is still to come it is met there.
  const idle = !unread.gap && !unread.events.some((one) => within(one, scope));
  const done =
    mark.event === seen
      ? readToEnd(unread, scope)
      : event
        ? read(unread, scope, at + 1, event.at)
        : idle
          ? unread
          : null;
  return done ? { ...done, marks: { ...done.marks, [key]: { ...mark, placed: true } } } : unread;
}

/** The newest `mostMarks`: whoever reads in many threads has a mark in each. Those over more than a thread stay. */
function newestMarks(marks: Readonly<Record<string, OwnMark>>): Record<string, OwnMark> {
  const wide = ['all', 'main', 'here'];
  const [rooms, threads] = [Object.entries(marks), Object.entries(marks)].map((entries, threaded) =>
    entries.filter(([key]) => wide.includes(key) !== Boolean(threaded))
  );
  const newest = (threads ?? []).sort(([, a], [, b]) => a.at - b.at).slice(-mostMarks);
  return Object.fromEntries([...(rooms ?? []), ...newest]);
}

/** One's own read marks, as the server tells them. Older ones than those known say nothing. `seen`: the newest event. */
export function receive(
  unread: Unread,
  marks: Readonly<Record<string, Omit<OwnMark, 'placed'>>>,
  seen: EventId | null
): Unread {
  let now = unread;
  for (const [key, { event, at }] of Object.entries(marks)) {
    const known = now.marks[key];
    if (known && (known.event === event || known.at >= at)) continue;
    const marks = newestMarks({ ...now.marks, [key]: { event, at, placed: false } });
    now = place(revised({ ...now, marks }), key, seen);
  }
  return now;
}

/**
 * What one has seen with `event`: calls and knocks behind it stand in no message of their own. With the last message one has
 * also seen what nobody could read back. `newest`: the last message, and the newest event of any kind.
 */
export function seenWith(
  unread: Unread,
  event: EventId,
  newest: { last: { event_id: EventId } | null; seen: EventId | null }
): EventId {
  const { events } = unread;
  const behind = events.slice(events.findIndex(({ id }) => id === event) + 1).filter(({ mine }) => !mine);
  if (behind.length > 0)
    return behind.every(({ kind }) => kind === 'call' || kind === 'knock') ? (behind.at(-1)?.id ?? event) : event;
  return !numbersOf(unread).exact && event === newest.last?.event_id ? (newest.seen ?? event) : event;
}

/** One has seen `event` and all before it, on this device, now. */
export function readHere(unread: Unread, event: EventId, seen: EventId | null): Unread {
  if (unread.marks.here?.event === event) return unread;
  const here = { event, at: 0, placed: false };
  return place(revised({ ...unread, marks: { ...unread.marks, here } }), 'here', seen);
}
