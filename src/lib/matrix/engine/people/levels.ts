/** Who may do what in a room (Matrix 1.16 client-server, `m.room.power_levels`). */
import { rights } from '../../rights.ts';
import type { GivenRole, Right } from '../../values.ts';

type Content = Readonly<Record<string, unknown>>;

/** Creators outrank every level since room version 12 (MSC4289). */
export function creatorsOf(create: { readonly sender: string; readonly content: Content } | undefined): Set<string> {
  if (!create || Number(create.content.room_version) < 12) return new Set();
  const others = create.content.additional_creators;
  return new Set([create.sender, ...(Array.isArray(others) ? others : [])]);
}

export function levelOf(user: string, levels: Content): number {
  const { users } = levels;
  const own = typeof users === 'object' && users !== null ? (users as Content)[user] : undefined;
  return Number(own ?? levels.users_default ?? 0);
}

/** What somebody may do in a room besides writing: everything as who made it, else what her level allows. */
export type Rights = 'all' | readonly Right[];
export const may = (right: Right, rights: Rights | undefined): boolean =>
  rights === 'all' || (rights?.includes(right) ?? false);

/** The state that a right allows to change. */
export const stateOf = {
  rooms: 'm.space.child',
  pin: 'm.room.pinned_events',
  name: 'm.room.name',
  topic: 'm.room.topic',
  photo: 'm.room.avatar',
  address: 'm.room.canonical_alias',
  door: 'm.room.join_rules',
  history: 'm.room.history_visibility',
  keeps: 'm.room.retention',
  roles: 'm.room.power_levels'
} as const satisfies Partial<Record<Right, string>>;

const deeds = { delete: ['redact', 50], remove: ['kick', 50], ban: ['ban', 50], invite: ['invite', 0] } as const;
type Deed = keyof typeof deeds;

export function rightsOf(user: string, levels: Content): Rights {
  const level = levelOf(user, levels);
  return rights.filter((right) => {
    if (right === 'call-all') return level >= callLevel(levels);
    return right in stateOf
      ? level >= stateLevel(stateOf[right as keyof typeof stateOf], levels)
      : level >= deedLevel(right as Deed, levels);
  });
}

/** The level that calling everybody takes (Matrix 1.16 client-server, `m.room.power_levels`, `notifications.room`). */
export function callLevel({ notifications }: Content): number {
  const own = typeof notifications === 'object' && notifications !== null ? (notifications as Content).room : undefined;
  return Number(own ?? 50);
}

/** The level that doing something to somebody, or to what she said, takes. */
export function deedLevel(deed: Deed, levels: Content): number {
  const [field, byDefault] = deeds[deed];
  return Number(levels[field] ?? byDefault);
}

/** The level that changing a kind of state takes. */
export function stateLevel(type: string, { events, state_default: byDefault }: Content): number {
  const own = typeof events === 'object' && events !== null ? (events as Content)[type] : undefined;
  return Number(own ?? byDefault ?? 50);
}

/** What the roles are by convention (Matrix 1.16 client-server, `m.room.power_levels`). */
export const roleLevels = { administrator: 100, moderator: 50, member: 0 } as const satisfies Record<GivenRole, number>;
export const roleAt = (level: number): GivenRole =>
  level >= roleLevels.administrator ? 'administrator' : level >= roleLevels.moderator ? 'moderator' : 'member';
