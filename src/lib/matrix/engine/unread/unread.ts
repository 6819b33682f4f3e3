import type { EventId, Unread as Numbers, UserId } from '../../values.ts';
import type { Met } from './effect.ts';

/**
 * Something unread. `sealed`: not looked into yet. `thread`: the root of the thread it stands in. `call`: which call
 * rings. `knocks`: who asks to come in. `mine`: one's own, of which it is not known yet whether it is a message; it is no news to oneself.
 */
export type UnreadEvent = {
  readonly id: EventId;
  /** ms since the epoch, by the sender's server. */
  readonly at: number;
  readonly thread: EventId | null;
  readonly kind: 'message' | 'mention' | 'call' | 'knock' | 'sealed';
  readonly call?: string;
  readonly knocks?: UserId;
  readonly mine?: true;
  /** Of somebody of whom one hears nothing. */
  readonly quiet?: true;
};

/**
 * Which events a read mark covers (Matrix 1.16 client-server, "Receipts", `thread_id`; MSC3771): `all` of the room,
 * those outside of threads (`main`), or those of the thread with this root.
 */
export type Scope = 'all' | 'main' | EventId;
/** `at`: when the server took it, ms. `placed`: it is known what it covers. */
export type OwnMark = { readonly event: EventId; readonly at: number; readonly placed: boolean };

/** `after`: the time of what was known before, ms. `hides`: messages may be missing, not just what counts for nothing. */
export type Gap = { readonly to: EventId | null; readonly after: number; readonly hides: boolean };

/** What is unread in a conversation, and what is needed to keep it right. Small, whatever the room holds. */
export type Unread = {
  /** Oldest first, as the server tells them; bounded. */
  readonly events: readonly UnreadEvent[];
  /**
   * Between the event `to` and what came since something is missing, and is read back. `to` null: the conversation was
   * met for the first time, what is unread begins behind one's own mark.
   */
  readonly gap: Gap | null;
  /** ms: before this time there may be more unread than `events` holds. */
  readonly hole: number | null;
  /** One's own newest read marks; `here`: what was read on this device, which the server need not have taken yet. */
  readonly marks: Readonly<Record<string, OwnMark>>;
  /** Calls that were answered, newest last: an invite that is read late rings for nobody. Bounded. */
  readonly answered: readonly string[];
  /** Rises with all that takes away, or tears: a history that was read before it does not know of it. */
  readonly revision: number;
};

const mostEvents = 200;
const mostAnswered = 20;

export const nothingUnread: Unread = { events: [], gap: null, hole: null, marks: {}, answered: [], revision: 0 };

/** The numbers that people see. Pure. */
export function numbersOf({ events, gap, hole }: Unread): Numbers {
  const news = events.filter((event) => !event.mine);
  return {
    count: news.length,
    exact: hole === null && !gap?.hides,
    mentions: news.filter(isForOneself).length
  };
}

/** It addresses oneself, or waits for one to do something. */
export const isForOneself = ({ kind }: UnreadEvent): boolean => kind !== 'message' && kind !== 'sealed';

export const nothing: Numbers = { count: 0, exact: true, mentions: 0 };

/** Whether it takes the server, or the crypto, to make it exact. */
export const isBehind = ({ events, gap, marks }: Unread): boolean =>
  gap !== null ||
  events.some(({ kind }) => kind === 'sealed') ||
  (events.length > 0 && Object.values(marks).some(({ placed }) => !placed));

export const scopeOf = (key: string): Scope => (key === 'here' ? 'all' : (key as Scope));
export const within = ({ thread }: UnreadEvent, scope: Scope): boolean =>
  scope === 'all' || (scope === 'main' ? thread === null : thread === scope);

export const revised = (unread: Unread): Unread => ({ ...unread, revision: unread.revision + 1 });

/** What was read up to (and without) the place `end`. `at`: the time of what was read, ms. */
export function read(unread: Unread, scope: Scope, end: number, at: number): Unread {
  const events = unread.events.filter((event, place) => place >= end || !within(event, scope));
  // Whoever reads on behind a hole has let it go, threads in it too: no mark would ever cover them.
  const over = unread.hole !== null && at >= unread.hole && (scope === 'all' || scope === 'main');
  if (events.length === unread.events.length && !over) return unread;
  return { ...unread, events, hole: over ? null : unread.hole };
}

/** One has read all that is known. What a gap hides in threads is only read by a mark over `all`. */
export function readToEnd(unread: Unread, scope: Scope): Unread {
  const done = read(unread, scope, unread.events.length, Infinity);
  if (!done.gap) return done;
  if (scope === 'all') return { ...done, gap: null };
  return scope === 'main' && done.gap.hides ? { ...done, gap: { ...done.gap, hides: false } } : done;
}

/** Drops what is too much, the oldest messages first, and notes that it did. */
export function bounded(unread: Unread): Unread {
  const over = unread.events.length - mostEvents;
  if (over <= 0) return unread;
  const plain = unread.events.filter(({ kind }) => kind === 'message' || kind === 'sealed');
  const dropped = new Set((plain.length >= over ? plain : unread.events).slice(0, over));
  const last = unread.events.findLastIndex((event) => dropped.has(event));
  return {
    ...unread,
    events: unread.events.filter((event) => !dropped.has(event)),
    hole: unread.events[last + 1]?.at ?? unread.hole
  };
}

function answer(unread: Unread, call: string): Unread {
  return {
    ...unread,
    events: unread.events.filter((event) => event.call !== call),
    answered: [...unread.answered.filter((known) => known !== call), call].slice(-mostAnswered)
  };
}

const without = (unread: Unread, id: EventId): Unread =>
  unread.events.some((event) => event.id === id)
    ? { ...unread, events: unread.events.filter((event) => event.id !== id) }
    : unread;

function take(unread: Unread, { effect, at }: Met): Unread {
  switch (effect.does) {
    case 'counts': {
      const { event } = effect;
      const known = unread.events.some(({ id }) => id === event.id);
      const over = event.call !== undefined && unread.answered.includes(event.call);
      return known || over ? unread : { ...unread, events: [...unread.events, event] };
    }
    case 'reads':
      return readToEnd(unread, effect.thread ?? 'main');
    case 'answers':
      return answer(unread, effect.call);
    case 'opens':
      return { ...unread, events: unread.events.filter(({ knocks }) => knocks !== effect.person) };
    case 'deletes':
      return without(unread, effect.event);
    case 'joins':
      return { ...read(unread, 'all', unread.events.length, at), hole: null, gap: null };
    case 'nothing':
      return unread;
  }
}

/** Takes in what came next, oldest first. A mark at one of these events covers what came before it. */
export function advance(unread: Unread, arrived: readonly Met[]): Unread {
  let now = unread;
  for (const met of arrived) {
    now = take(now, met);
    if (met.effect.does !== 'counts' && met.effect.does !== 'nothing') now = revised(now);
    for (const [key, mark] of Object.entries(now.marks)) {
      if (mark.event !== met.id) continue;
      now = revised(readToEnd(now, scopeOf(key)));
      now = { ...now, marks: { ...now.marks, [key]: { ...mark, placed: true } } };
    }
  }
  return bounded(now);
}

/** What came does not join on to `to`, the newest event known before. */
export function tear(unread: Unread, gap: Gap): Unread {
  // Of two gaps the older one reaches over both.
  return revised({ ...unread, gap: { ...(unread.gap ?? gap), hides: gap.hides || (unread.gap?.hides ?? false) } });
}

/** An event of the list has been looked into. */
export function settle(unread: Unread, met: Met): Unread {
  const at = unread.events.findIndex(({ id, kind }) => id === met.id && kind === 'sealed');
  if (at < 0) return unread;
  const { effect } = met;
  if (effect.does === 'reads') return revised(without(read(unread, effect.thread ?? 'main', at, met.at), met.id));
  if (effect.does === 'answers') return revised(without(answer(unread, effect.call), met.id));
  if (effect.does !== 'counts' || unread.answered.includes(effect.event.call ?? '')) return without(unread, met.id);
  if (effect.event.kind === 'sealed') return unread;
  return { ...unread, events: unread.events.with(at, effect.event) };
}
