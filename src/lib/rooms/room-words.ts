import { m } from '$lib/paraglide/messages';
import type { Door, History, Notify, Role, Shelf } from '$lib/matrix/values';
import { waitInWords } from '$lib/ui/time';

/** What rooms are, in words. */
export const doorWords = {
  open: m.room_open,
  knock: m.room_knock,
  restricted: m.room_restricted,
  invitation: m.room_by_invitation
} satisfies Record<Door, () => string>;

export const doorHints = {
  open: m.room_open_hint,
  knock: m.room_knock_hint,
  restricted: m.room_restricted_hint,
  invitation: m.room_by_invitation_hint
} satisfies Record<Door, () => string>;

export const historyWords = {
  anybody: m.history_anybody,
  members: m.history_members,
  invited: m.history_invited,
  joined: m.history_joined
} satisfies Record<History, () => string>;

export const roleWords = {
  creator: m.role_creator,
  administrator: m.role_administrator,
  moderator: m.role_moderator,
  member: m.role_member
} satisfies Record<Role, () => string>;

export const notifyWords = {
  all: m.notify_all,
  mentions: m.notify_mentions,
  nothing: m.notify_nothing
} satisfies Record<Notify, () => string>;

export const partWords = {
  places: m.shelf_places,
  favourite: m.shelf_favourite,
  usual: m.shelf_usual,
  low: m.shelf_low
} satisfies Record<Shelf | 'places', () => string>;

/** How long messages are kept; `keeps` in ms. */
export const keepsWords = (keeps: number | null): string => (keeps === null ? m.keeps_for_ever() : waitInWords(keeps));
