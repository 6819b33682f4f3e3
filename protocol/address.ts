/** An address `alice@zone.example`: the same person in Matrix, SIP and XMPP. */
export type Address = string & { readonly brand: 'Address' };

/** A Matrix user id `@alice:zone.example` (Matrix 1.16, appendices 4.2.1). */
export type UserId = string & { readonly brand: 'UserId' };

// The grammar of new user ids (Matrix 1.16, appendices 4.2.1); historical ones may hold any printable ASCII but ':'.
const localpart = /^[a-z0-9._=/+-]{1,200}$/;
const historicalLocalpart = /^[\x21-\x39\x3b-\x7e]+$/;
const dnsLabel = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const ipv6 = '\\[[0-9a-f:.]{2,45}\\]';
const serverNames = new RegExp(`^(?:${dnsLabel}(?:\\.${dnsLabel})*|${ipv6})(?::\\d{1,5})?$`, 'i');

/** Whether a text is the name of a server, `zone.example:8448` (Matrix 1.16, appendices, "Server Name"). */
export const isServerName = (text: string): boolean => serverNames.test(text);

/** Whether a new person may be called so. Lower case, digits and `. _ = / + -`. */
export const isLocalpart = (text: string): boolean => localpart.test(text);

/** Reads `@alice:zone.example`; null where it is none. Accepts historical local parts of other servers. */
export function parseUserId(text: string): { localpart: string; server: string } | null {
  const colon = text.indexOf(':');
  if (!text.startsWith('@') || colon < 2 || text.length > 255) return null;
  const parts = { localpart: text.slice(1, colon), server: text.slice(colon + 1) };
  return historicalLocalpart.test(parts.localpart) && isServerName(parts.server) ? parts : null;
}

/** Whether a text is a Matrix user id. */
export const isUserId = (text: string): text is UserId => parseUserId(text) !== null;

/** The address of a Matrix user: `@alice:zone.example` → `alice@zone.example`. */
export function addressOf(user: UserId): Address {
  const parts = parseUserId(user);
  return (parts ? `${parts.localpart}@${parts.server}` : user) as Address;
}

/**
 * Reads what a person types for somebody: `alice@zone.example`, `@alice:zone.example`, or `alice` alone, which means
 * somebody of the zone `home`; an `@` before it is a habit of other places. Null where it is none of them.
 */
export function userIdFrom(text: string, home: string): UserId | null {
  const trimmed = text.trim();
  if (isUserId(trimmed)) return trimmed;
  const written = trimmed.replace(/^@/, '').toLowerCase();
  const at = written.lastIndexOf('@');
  const candidate = at > 0 ? `@${written.slice(0, at)}:${written.slice(at + 1)}` : `@${written}:${home}`;
  return isUserId(candidate) ? candidate : null;
}
