import { parseUserId } from '$protocol/address.ts';
import type { Person, UserId } from '../values.ts';
import { photoOf } from './sync/rules.ts';

/**
 * A person by the name she chose or, where none is known, by the local part of her address. `photo`: what others say is
 * the address of hers.
 */
export function personOf(id: UserId, name?: string | null, photo?: unknown): Person {
  const content = photoOf(photo);
  return {
    id,
    name: name?.trim() || (parseUserId(id)?.localpart ?? id),
    ...(content !== null && { photo: { at: 'zone', content, seal: null } as const })
  };
}
