import { describe, expect, it } from 'vitest';
import { anna, berta, me, member, state } from '../testing/examples.ts';
import type { UserId } from '../../values.ts';
import { membersNamed, toMembers } from './members.ts';

const create = (version: string, sender: UserId = anna) =>
  state('$create', 'm.room.create', { room_version: version }, { sender });
const levels = (content: Record<string, unknown>) => state('$levels', 'm.room.power_levels', content);
const all = [member(me, 'join'), member(anna, 'join'), member(berta, 'join')];
const may = (events: Parameters<typeof toMembers>[0], who: UserId) =>
  toMembers(events, me).find(({ id }) => id === who)?.may;

describe('members', () => {
  it('stand as who asks to come in, then roles, then names', () => {
    const events = [
      create('12'),
      levels({ users: { [berta]: 50 } }),
      member(me, 'join', { name: 'Zoe' }),
      member(anna, 'join'),
      member(berta, 'join'),
      member('@carla:zone.test' as UserId, 'knock'),
      member('@aina:zone.test' as UserId, 'invite'),
      member('@gone:zone.test' as UserId, 'leave'),
      member('@out:zone.test' as UserId, 'ban')
    ];
    expect(toMembers(events, me).map(({ name, role, membership }) => [name, role, membership])).toEqual([
      ['carla', 'member', 'knocked'],
      ['anna', 'creator', 'joined'],
      ['berta', 'moderator', 'joined'],
      ['aina', 'member', 'invited'],
      ['Zoe', 'member', 'joined']
    ]);
  });

  it('are done nothing to by who has no level for it', () => {
    expect(may([create('12'), levels({}), ...all], berta)).toEqual([]);
    expect(may([create('12'), levels({}), ...all], me)).toEqual([]);
  });

  it('are sent out by moderators, but no other moderator, and nobody by herself', () => {
    const events = { 'm.room.power_levels': 100 };
    const of = (users: Record<string, number>) => [create('12'), levels({ users, events }), ...all];
    expect(may(of({ [me]: 50, [berta]: 50 }), berta)).toEqual([]);
    expect(may(of({ [me]: 50 }), berta)).toEqual(['remove', 'ban']);
    expect(may(of({ [me]: 50 }), me)).toEqual([]);
  });

  it('are given roles by who may, none above her own; creators are given none', () => {
    const events = { 'm.room.power_levels': 50 };
    const givers = levels({ users: { [me]: 50 }, events });
    expect(may([create('12'), givers, ...all], berta)).toEqual(['remove', 'ban', 'moderator']);
    expect(may([create('12'), givers, ...all], anna)).toEqual([]);
    expect(may([create('12'), givers, ...all], me)).toEqual(['member']);
    const mine = [create('12', me), levels({}), ...all];
    expect(may(mine, berta)).toEqual(['remove', 'ban', 'administrator', 'moderator']);
    expect(may(mine, me)).toEqual([]);
  });

  it('who made a room before version 12 is what her level says', () => {
    const events = [create('11'), levels({ users: { [anna]: 100, [me]: 100 } }), ...all];
    expect(toMembers(events, me).find(({ id }) => id === anna)?.role).toBe('administrator');
    expect(may(events, anna)).toEqual([]);
    expect(may(events, me)).toEqual(['moderator', 'member']);
  });

  it('are found by name and by address, without case and accents', () => {
    const people = toMembers([create('12'), ...all, member('@d:zone.test' as UserId, 'join', { name: 'Òscar' })], me);
    const names = (term: string) => membersNamed(people, term).map(({ id }) => id);
    expect(names('osc')).toEqual(['@d:zone.test']);
    expect(names('BERTA@far')).toEqual([berta]);
    expect(names('@anna:')).toEqual([anna]);
    expect(names('  ')).toHaveLength(4);
    expect(names('nobody')).toEqual([]);
  });
});
