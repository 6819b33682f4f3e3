import { parseUserId } from '$protocol/address.ts';
import type { Person, UserId } from '../values.ts';

/** A person by the name she chose or, where none is known, by the local part of her address. */
export const personOf = (id: UserId, name?: string | null): Person => ({
  id,
  name: name?.trim() || (parseUserId(id)?.localpart ?? id)
});
