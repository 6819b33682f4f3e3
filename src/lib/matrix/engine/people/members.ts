import { addressOf, isUserId } from '$protocol/address.ts';
import { folded } from '../../folded.ts';
import type { GivenRole, Member, UserId } from '../../values.ts';
import { text, type RawEvent } from '../event.ts';
import { personOf } from '../person.ts';
import { creatorsOf, deedLevel, levelOf, roleAt, roleLevels, stateLevel, stateOf } from './levels.ts';
import { membershipOf } from '../sync/record.ts';

type Content = RawEvent['content'];

const ranks = ['creator', 'administrator', 'moderator', 'member'] as const satisfies readonly Member['role'][];

/** Made once: large rooms are sorted at each change. */
const byName = new Intl.Collator();

/** What somebody is in a room, by what she may do there. */
type Standing = { readonly role: Member['role']; readonly level: number };

function standingOf(user: UserId, creators: ReadonlySet<string>, levels: Content): Standing {
  if (creators.has(user)) return { role: 'creator', level: Infinity };
  const level = levelOf(user, levels);
  return { role: roleAt(level), level };
}

/** One stands above her where one does anything to her, and gives nobody more than one has (room version 12, "Authorization rules"). */
function mayDo(me: Standing, her: Standing, isMe: boolean, levels: Content): Member['may'] {
  const above = me.level > her.level;
  const deeds = (['remove', 'ban'] as const).filter((deed) => !isMe && above && me.level >= deedLevel(deed, levels));
  const mayGive = (above || isMe) && her.role !== 'creator' && me.level >= stateLevel(stateOf.roles, levels);
  const roles = (Object.keys(roleLevels) as GivenRole[]).filter(
    (role) => role !== her.role && roleLevels[role] <= me.level
  );
  return [...deeds, ...(mayGive ? roles : [])];
}

/** Who is in a room, asks to come in or is invited, from its state: who asks, then roles, then names. Pure. */
export function toMembers(state: readonly RawEvent[], me: UserId): Member[] {
  const creators = creatorsOf(state.find((event) => event.type === 'm.room.create' && event.state_key === ''));
  const levels = state.find((event) => event.type === 'm.room.power_levels' && event.state_key === '')?.content ?? {};
  const mine = standingOf(me, creators, levels);
  return state
    .flatMap((event): Member[] => {
      const user = event.state_key ?? '';
      const membership = membershipOf(event.content.membership);
      if (event.type !== 'm.room.member' || !isUserId(user) || membership === 'left') return [];
      const person = personOf(user, text(event.content.displayname, 100), event.content.avatar_url);
      const hers = standingOf(user, creators, levels);
      return [{ ...person, membership, role: hers.role, may: mayDo(mine, hers, user === me, levels) }];
    })
    .sort((a, b) => placeOf(a) - placeOf(b) || byName.compare(a.name, b.name));
}

const placeOf = ({ membership, role }: Member): number => (membership === 'knocked' ? -1 : ranks.indexOf(role));

/** Those whose name or address holds a text. */
export function membersNamed(members: readonly Member[], term: string): readonly Member[] {
  const wanted = folded(term.trim());
  if (wanted === '') return members;
  return members.filter(({ id, name }) => [name, id, addressOf(id)].some((one) => folded(one).includes(wanted)));
}
