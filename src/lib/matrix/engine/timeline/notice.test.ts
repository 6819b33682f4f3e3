import { describe, expect, it } from 'vitest';
import type { UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { text } from '../event.ts';
import { personOf } from '../person.ts';
import { anna, berta, event, state } from '../testing/examples.ts';
import { noticeOf } from './notice.ts';

/** As an open timeline calls people: by what the event says, or a name known from elsewhere. */
const name = (user: UserId, content?: Record<string, unknown>) =>
  personOf(user, text(content?.displayname) ?? (user === berta ? 'Berta' : undefined));

const change = (before: string | null, after: string, more: Partial<RawEvent> & { as?: object; was?: object } = {}) => {
  const { as = {}, was = {}, ...rest } = more;
  return noticeOf(
    event('$1', {
      type: 'm.room.member',
      sender: anna,
      state_key: anna,
      content: { membership: after, displayname: 'Anna', ...as },
      unsigned: before ? { prev_content: { membership: before, displayname: 'Anna', ...was } } : {},
      ...rest
    }),
    name
  );
};
const person = { id: anna, name: 'Anna' };
const by = { sender: berta };

describe('a change of membership', () => {
  it.each([
    ['joining', change(null, 'join'), 'joined'],
    ['accepting an invitation', change('invite', 'join'), 'joined'],
    ['coming back', change('leave', 'join'), 'joined'],
    ['being let in', change('knock', 'join'), 'joined'],
    ['being invited', change(null, 'invite', by), 'invited'],
    ['being invited after knocking', change('knock', 'invite', by), 'invited'],
    ['knocking', change(null, 'knock'), 'knocked'],
    ['leaving', change('join', 'leave'), 'left'],
    ['declining an invitation', change('invite', 'leave'), 'declined'],
    ['taking a knock back', change('knock', 'leave'), 'left'],
    ['being removed', change('join', 'leave', by), 'removed'],
    ['an invitation taken back', change('invite', 'leave', by), 'removed'],
    ['a knock refused', change('knock', 'leave', by), 'removed'],
    ['being banned', change('join', 'ban', by), 'banned'],
    ['being banned from outside', change('leave', 'ban', by), 'banned']
  ])('%s', (_what, notice, type) => {
    expect(notice).toMatchObject({ type, person: { id: anna } });
  });

  it('calls who left by the name she had', () => {
    expect(change('join', 'leave', { as: { displayname: undefined } })).toEqual({ type: 'left', person });
  });

  it('a ban that is lifted is no news', () => {
    expect(change('ban', 'leave', by)).toBeNull();
  });

  it.each(['constructor', '', 5, null, {}])('to what is none is nothing: %j', (membership) => {
    expect(change('join', 'leave', { content: { membership } })).toBeNull();
  });

  it.each(['nobody', '', '@:x', '__proto__'])('of nobody is nothing: %j', (state_key) => {
    expect(change(null, 'join', { state_key })).toBeNull();
  });
});

describe('a change of name', () => {
  const called = (was: unknown, is: unknown) =>
    change('join', 'join', { was: { displayname: was }, as: { displayname: is } });

  it('says both names', () => {
    expect(called('Anna', 'Annie')).toEqual({ type: 'called', person, name: 'Annie' });
  });

  it('from or to none says the local part', () => {
    expect(called(undefined, 'Annie')).toEqual({ type: 'called', person: { id: anna, name: 'anna' }, name: 'Annie' });
    expect(called('Annie', undefined)).toEqual({ type: 'called', person: { id: anna, name: 'Annie' }, name: 'anna' });
  });

  it('that is none is nothing: another picture, another spelling of no name', () => {
    expect(change('join', 'join', { as: { avatar_url: 'mxc://x/y' } })).toBeNull();
    expect(called(5, ' ')).toBeNull();
  });
});

describe('the room', () => {
  it('is made, sealed, named, given a topic', () => {
    expect(noticeOf(state('$1', 'm.room.create', {}), name)).toEqual({ type: 'created' });
    expect(noticeOf(state('$1', 'm.room.encryption', {}), name)).toEqual({ type: 'sealed' });
    expect(noticeOf(state('$1', 'm.room.name', { name: 'Square' }), name)).toEqual({ type: 'named', text: 'Square' });
    expect(noticeOf(state('$1', 'm.room.topic', { topic: 'Bread' }), name)).toEqual({ type: 'topic', text: 'Bread' });
  });

  it.each([undefined, null, 5, {}, ' '])('loses its name and topic: %j', (value) => {
    expect(noticeOf(state('$1', 'm.room.name', { name: value }), name)).toEqual({ type: 'named', text: '' });
    expect(noticeOf(state('$1', 'm.room.topic', { topic: value }), name)).toEqual({ type: 'topic', text: '' });
  });

  it('of another key, or of another kind, says nothing', () => {
    for (const type of ['m.room.create', 'm.room.encryption', 'm.room.name', 'm.room.topic'])
      expect(noticeOf(state('$1', type, { name: 'x', topic: 'x' }, { state_key: 'forged' }), name)).toBeNull();
    expect(noticeOf(state('$1', 'm.room.power_levels', {}), name)).toBeNull();
  });
});
