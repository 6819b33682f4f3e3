/** What the state of a room says of it, as people know it; what makes no sense says nothing. */
import type { Door, History, Shelf } from '../../values.ts';

type Content = Readonly<Record<string, unknown>>;

const doors = new Map<unknown, Door>([
  ['public', 'open'],
  ['knock', 'knock'],
  ['knock_restricted', 'knock'],
  ['restricted', 'restricted']
]);
/** Matrix 1.16 client-server, `m.room.join_rules`. What we do not know keeps everybody out, as `private` does. */
export const doorOf = ({ join_rule: rule }: Content): Door => doors.get(rule) ?? 'invitation';
export const joinRuleOf = { open: 'public', knock: 'knock', restricted: 'restricted', invitation: 'invite' } as const;

const histories = new Map<unknown, History>([
  ['world_readable', 'anybody'],
  ['invited', 'invited'],
  ['joined', 'joined']
]);
/** Matrix 1.16 client-server, `m.room.history_visibility`: where nothing is said it is shared by all members. */
export const historyOf = ({ history_visibility: who }: Content): History => histories.get(who) ?? 'members';
export const visibilityOf = {
  anybody: 'world_readable',
  members: 'shared',
  invited: 'invited',
  joined: 'joined'
} as const;

/** ms for which messages are kept (MSC1763, `m.room.retention`, `max_lifetime`); null: for ever. */
export function keepsOf({ max_lifetime: most }: Content): number | null {
  return typeof most === 'number' && Number.isSafeInteger(most) && most > 0 ? most : null;
}

/** An address of media; null for anything else. */
export const photoOf = (url: unknown): string | null =>
  typeof url === 'string' && url.length <= 255 && /^mxc:\/\/[\w.:[\]-]+\/[\w-]+$/.test(url) ? url : null;

/** Matrix 1.16 client-server, "Room Tagging". */
export const tagOf = { favourite: 'm.favourite', low: 'm.lowpriority' } as const;
export function shelfOf({ tags }: Content): Shelf {
  if (typeof tags !== 'object' || tags === null) return 'usual';
  return Object.hasOwn(tags, tagOf.favourite) ? 'favourite' : Object.hasOwn(tags, tagOf.low) ? 'low' : 'usual';
}
