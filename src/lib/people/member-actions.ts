import { m } from '$lib/paraglide/messages';
import type { GivenRole, Member, Role, UserId } from '$lib/matrix/values';
import type { Hearing } from '$lib/settings/hearing.svelte';
import Ban from '@lucide/svelte/icons/ban';
import Bell from '@lucide/svelte/icons/bell';
import BellOff from '@lucide/svelte/icons/bell-off';
import DoorOpen from '@lucide/svelte/icons/door-open';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import Shield from '@lucide/svelte/icons/shield';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import User from '@lucide/svelte/icons/user';
import UserX from '@lucide/svelte/icons/user-x';
import type { Component } from 'svelte';
import type { Minding } from './minding.svelte';

type Action = { readonly label: string; readonly icon: Component; readonly danger?: boolean; readonly run: () => void };

const roles = {
  administrator: { words: m.member_make_administrator, icon: ShieldCheck },
  moderator: { words: m.member_make_moderator, icon: Shield },
  member: { words: m.member_make_member, icon: User }
} satisfies Record<GivenRole, unknown>;

const ranks: readonly Role[] = ['member', 'moderator', 'administrator', 'creator'];
const isLess = (a: Role, b: Role) => ranks.indexOf(a) < ranks.indexOf(b);

/** What one may do to a member, in the order of a menu. */
export function memberActions(
  member: Member,
  {
    me,
    minding,
    hearing,
    onwrite
  }: { me: UserId; minding: Minding; hearing: Hearing; onwrite: (member: Member) => void }
): Action[] {
  const { may, membership, role } = member;
  const mine = member.id === me;
  const write = { label: m.write_to({ name: member.name }), icon: MessageCircle, run: () => onwrite(member) };
  if (mine) {
    // One's own role can only be given up: that cannot be taken back.
    const down = may.some((one) => one in roles && isLess(one as Role, role));
    const give = { label: m.member_step_down(), icon: User, danger: true };
    return down ? [{ ...give, run: () => minding.ask({ deed: 'step-down', member }) }] : [];
  }
  if (membership === 'knocked')
    return [
      { label: m.member_let_in(), icon: DoorOpen, run: () => void minding.letIn(member) },
      ...(may.includes('remove')
        ? [{ label: m.member_refuse(), icon: UserX, danger: true, run: () => void minding.refuse(member) }]
        : []),
      write
    ];
  const given = (Object.keys(roles) as GivenRole[])
    .filter((one) => may.includes(one))
    .map((one) => ({ label: roles[one].words(), icon: roles[one].icon, run: () => void minding.give(member, one) }));
  const remove =
    membership === 'invited'
      ? { label: m.member_take_back(), icon: UserX, danger: true, run: () => void minding.refuse(member) }
      : { label: m.member_remove(), icon: UserX, danger: true, run: () => minding.ask({ deed: 'remove', member }) };
  const ban = { label: m.member_ban(), icon: Ban, danger: true, run: () => minding.ask({ deed: 'ban', member }) };
  const isQuiet = hearing.quiet.includes(member.id);
  const quiet = {
    label: isQuiet ? m.quiet_end({ name: member.name }) : m.quiet_begin({ name: member.name }),
    icon: isQuiet ? Bell : BellOff,
    run: () => void hearing.silence(member.id, !isQuiet)
  };
  return [
    write,
    quiet,
    ...(membership === 'joined' ? given : []),
    ...(may.includes('remove') ? [remove] : []),
    ...(may.includes('ban') ? [ban] : [])
  ];
}
