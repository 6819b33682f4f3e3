import { m } from '$lib/paraglide/messages';
import type { Unread } from '$lib/matrix/values';

/** How much is unread, as a screen reader says it, and how much of it is for whoever listens. */
export const unreadWords = ({ count, mentions }: Unread): string =>
  mentions > 0 ? m.unread_for_you({ count, mentions }) : m.unread({ count });
