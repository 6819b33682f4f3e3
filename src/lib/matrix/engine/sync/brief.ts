import type { Membership, Notify, RoomId, Shelf, Unread, UserId } from '../../values.ts';
import { personOf } from '../person.ts';
import { isBehind, nothing, numbersOf } from '../unread/unread.ts';
import type { RoomRecord } from './record.ts';

/** What is in memory of every conversation, however many: its place in the list, and what it takes to send there safely. */
export type Brief = {
  readonly id: RoomId;
  /** By which it is found; who a direct conversation is with is among its heroes. */
  readonly name: string;
  readonly membership: Membership;
  readonly bump: number;
  readonly place: boolean;
  readonly shelf: Shelf;
  readonly notify: Notify;
  readonly encryption: Record<string, unknown> | null;
  readonly direct: boolean;
  readonly inviter: UserId | null;
  /** What is new in it; the badge counts what one wants to hear of. */
  readonly unread: Unread;
  /** What is unread is not all known, or not looked into. */
  readonly behind: boolean;
};

/** Of a conversation of which nothing is known. */
export const leftBrief: Omit<Brief, 'id'> = {
  name: '',
  membership: 'left',
  bump: 0,
  place: false,
  shelf: 'usual',
  notify: 'all',
  encryption: null,
  direct: false,
  inviter: null,
  unread: nothing,
  behind: false
};

/** One piece of news, addressed to oneself. */
const invitation: Unread = { count: 1, exact: true, mentions: 1 };

export const briefOf = (record: RoomRecord): Brief => {
  const { id, membership, bump, place, shelf, notify, encryption, direct, inviter, unread } = record;
  return lean({
    id,
    name: record.name ?? people(record),
    membership,
    bump,
    place,
    shelf,
    notify,
    encryption,
    direct,
    inviter: inviter?.id ?? null,
    unread: membership === 'joined' ? numbersOf(unread) : membership === 'invited' ? invitation : nothing,
    behind: membership === 'joined' && isBehind(unread)
  });
};

const people = ({ heroes, inviter }: RoomRecord): string =>
  (heroes.length > 0 || !inviter ? heroes : [inviter]).map(({ id, name }) => personOf(id, name).name).join(', ');

const usual = { algorithm: 'm.megolm.v1.aes-sha2' };

/** Almost all rooms are encrypted alike, and most are read: one object for all of them. */
export function lean(brief: Brief): Brief {
  const { encryption, unread } = brief;
  const isUsual = encryption?.algorithm === usual.algorithm && Object.keys(encryption).length === 1;
  const isRead = unread.count === 0 && unread.exact && unread.mentions === 0;
  return { ...brief, encryption: isUsual ? usual : encryption, unread: isRead ? nothing : unread };
}

/** Further to the front than any activity: servers count it by their events or by ms. */
const mostBump = 2 ** 50;

type Ordered = Pick<Brief, 'membership' | 'bump' | 'place' | 'shelf'>;
const shelves = { favourite: -1, usual: 0, low: 1 } as const;

/**
 * Ascending, the order of the list: invitations first, then places, then favourites, then the usual ones, then those of low
 * priority; of each, by activity. null: not listed, for one has left.
 */
export function orderOf({ membership, bump, place, shelf }: Ordered): number | null {
  if (membership === 'left') return null;
  return (membership === 'invited' ? -3 : place ? -2 : shelves[shelf]) * mostBump - Math.min(bump, mostBump - 1);
}

/** What a conversation adds to the badge: what one wants to hear of. */
export const countedIn = ({ membership, notify, unread }: Brief): Unread => {
  if (membership === 'invited' || notify === 'all') return unread;
  return notify === 'nothing' ? nothing : { count: unread.mentions, exact: true, mentions: unread.mentions };
};

/** Of two that are listed, which stands first (negative: `a`). */
export const compare = (a: Brief, b: Brief): number =>
  Number(orderOf(a)) - Number(orderOf(b)) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
