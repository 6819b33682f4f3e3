import { isUserId } from '$protocol/address.ts';
import type { Member, UserId } from '../../values.ts';
import { text, type RawEvent } from '../event.ts';
import { personOf } from '../person.ts';
import { creatorsOf, levelOf } from './levels.ts';
import { membershipOf } from '../sync/record.ts';

const ranks = ['creator', 'administrator', 'moderator', 'member'] as const satisfies readonly Member['role'][];

/** Made once: large rooms are sorted at each change. */
const byName = new Intl.Collator();

function roleOf(user: UserId, creators: ReadonlySet<string>, levels: RawEvent | undefined): Member['role'] {
  if (creators.has(user)) return 'creator';
  const level = levelOf(user, levels?.content ?? {});
  return level >= 100 ? 'administrator' : level >= 50 ? 'moderator' : 'member';
}

/** Who is in a room or invited, from its state: roles first, then names. Pure. */
export function toMembers(state: readonly RawEvent[]): Member[] {
  const creators = creatorsOf(state.find((event) => event.type === 'm.room.create' && event.state_key === ''));
  const levels = state.find((event) => event.type === 'm.room.power_levels' && event.state_key === '');
  return state
    .flatMap((event): Member[] => {
      const user = event.state_key ?? '';
      const membership = membershipOf(event.content.membership);
      if (event.type !== 'm.room.member' || !isUserId(user) || membership === 'left') return [];
      const person = personOf(user, text(event.content.displayname, 100));
      return [{ ...person, membership, role: roleOf(user, creators, levels) }];
    })
    .sort((a, b) => ranks.indexOf(a.role) - ranks.indexOf(b.role) || byName.compare(a.name, b.name));
}
