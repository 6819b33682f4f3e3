import { isServerName, isUserId, type UserId } from './address.ts';

/** What a Matrix link leads to. `room` is an id or an alias; `via` names servers that know it. */
export type MatrixLink =
  | { readonly to: 'person'; readonly person: UserId }
  | { readonly to: 'room'; readonly room: string; readonly via: readonly string[]; readonly event: string | null };

/** The link to a person or a room that any client understands. @param id user id, room id or alias */
export const matrixTo = (id: string): string => `https://matrix.to/#/${encodeURIComponent(id)}`;

const signs: ReadonlyMap<string | undefined, string> = new Map([
  ['u', '@'],
  ['r', '#'],
  ['roomid', '!']
]);
const opaque = /^[^\s\p{C}]{2,255}$/u;

/**
 * Reads `https://matrix.to/#/…` and `matrix:…` (Matrix 1.16 appendices, "matrix.to navigation" and "Matrix URI scheme");
 * null where it is neither, or leads to nothing that has an address.
 */
export function parseMatrixLink(link: string): MatrixLink | null {
  const cut = /^(?:https?:\/\/matrix\.to\/#\/|(matrix:)(?:\/\/[^/?#]*\/)?)([^?]*)(?:\?([^#]*))?/i.exec(link.trim());
  if (!cut) return null;
  const [, scheme, path = '', query] = cut;
  const parts = path.split('/').map(decoded);
  const [id, event] = scheme ? ofScheme(parts) : parts;
  if (!id) return null;
  if (isUserId(id)) return { to: 'person', person: id };
  if (!isRoom(id)) return null;
  const via = new URLSearchParams(query).getAll('via').filter(isServerName).slice(0, 5);
  return { to: 'room', room: id, via, event: event?.startsWith('$') && opaque.test(event) ? event : null };
}

/** Says ids without their signs: `r/plaza:zone.example/e/event`. */
function ofScheme([kind, id, more, event]: readonly (string | null)[]): readonly (string | null)[] {
  const sign = signs.get(kind?.toLowerCase());
  return [sign && id ? sign + id : null, more?.toLowerCase() === 'e' && event ? `$${event}` : null];
}

function isRoom(id: string): boolean {
  if (!opaque.test(id)) return false;
  const colon = id.indexOf(':');
  return id.startsWith('!') || (id.startsWith('#') && colon > 1 && isServerName(id.slice(colon + 1)));
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not an encoding of anything.
    return null;
  }
}
