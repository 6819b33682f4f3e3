/** Who may do what in a room (Matrix 1.16 client-server, `m.room.power_levels`). */

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
export type Rights = 'all' | { readonly delete: boolean; readonly pin: boolean };
export const noRights: Rights = { delete: false, pin: false };
export const may = (right: 'delete' | 'pin', rights: Rights | undefined): boolean =>
  rights === 'all' || (rights?.[right] ?? false);

/** `delete` is of what others say. */
export function rightsOf(user: string, levels: Content): Rights {
  const level = levelOf(user, levels);
  return { delete: level >= Number(levels.redact ?? 50), pin: level >= stateLevel('m.room.pinned_events', levels) };
}

/** The level that changing a kind of state takes. */
function stateLevel(type: string, { events, state_default: byDefault }: Content): number {
  const own = typeof events === 'object' && events !== null ? (events as Content)[type] : undefined;
  return Number(own ?? byDefault ?? 50);
}
