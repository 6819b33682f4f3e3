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

/** Whether somebody may delete what others say. */
export const mayDelete = (levels: Content, user: string): boolean =>
  levelOf(user, levels) >= Number(levels.redact ?? 50);
