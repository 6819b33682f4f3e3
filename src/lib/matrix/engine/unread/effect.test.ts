import { describe, expect, it } from 'vitest';
import type { EventId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { anna, berta, event, me, member } from '../testing/examples.ts';
import { effectOf, type Effect, type Reader } from './effect.ts';
import { advance, nothingUnread, numbersOf } from './unread.ts';

const reader: Reader = { me, name: 'Marta Vidal' };
const kindOf = (effect: Effect) => (effect.does === 'counts' ? effect.event.kind : effect.does);
const kind = (content: Record<string, unknown>, more: Partial<Reader> = {}) =>
  kindOf(
    effectOf(event('$1', { content: { msgtype: 'm.text', body: 'x', ...content } }), undefined, { ...reader, ...more })
  );

describe('a message is addressed to me', () => {
  it('where it says so, whatever its text says', () => {
    expect(kind({ 'm.mentions': { user_ids: [anna, me] } })).toBe('mention');
    expect(kind({ 'm.mentions': { user_ids: [anna] }, body: 'me, Marta Vidal, @room' })).toBe('message');
    expect(kind({ 'm.mentions': {}, body: '@room me' })).toBe('message');
  });

  it('where it calls everybody and its sender may; before that is known it is to be looked into', () => {
    const calls = { 'm.mentions': { room: true } };
    expect(kind(calls)).toBe('sealed');
    expect(kind(calls, { callsAll: (sender: UserId) => sender === anna })).toBe('mention');
    expect(kind(calls, { callsAll: () => false })).toBe('message');
    expect(kind({ 'm.mentions': { room: 'true' } })).toBe('message');
  });

  it.each([
    ['hello me', 'mention'],
    ['ME!', 'mention'],
    ['@me:zone.test: look', 'mention'],
    ['something, some, name', 'message'],
    ['me_too, home', 'message'],
    ['asks marta vidal.', 'mention'],
    ['Marta Vidalina', 'message'],
    ['@room, come', 'sealed'],
    ['@rooms', 'message']
  ])('by a sender who knows no mentions, where the text has a name as a word: %s', (body, is) => {
    expect(kind({ body })).toBe(is);
  });

  it('never by an automatic message', () => {
    expect(kind({ msgtype: 'm.notice', 'm.mentions': { user_ids: [me] } })).toBe('message');
  });

  it('never by nonsense', () => {
    for (const odd of [null, 5, 'x', []]) {
      expect(kind({ 'm.mentions': odd })).toBe('message');
      expect(kind({ 'm.mentions': { user_ids: odd, room: odd } })).toBe('message');
      expect(kind({ body: odd })).toBe('message');
    }
    expect(kind({ body: 'x' }, { name: ' ' })).toBe('message');
  });
});

describe('what an event does', () => {
  const does = (name: string, more: object) => kindOf(effectOf(event(name, more), undefined, reader));
  const relates = (rel_type: string) => ({ body: 'x', 'm.relates_to': { rel_type, event_id: '$0' } });

  it('edits, reactions, references, state, deleted messages and what is no message do nothing', () => {
    for (const more of [
      { content: relates('m.replace') },
      { content: relates('m.annotation'), type: 'm.reaction' },
      { content: relates('m.reference') },
      { content: relates('m.replace'), type: 'm.room.encrypted' },
      { type: 'm.room.topic', state_key: '', content: { topic: 'me' } },
      { content: {} },
      { content: {}, type: 'm.room.encrypted' },
      { type: 'org.example.other' }
    ])
      expect(does('$1', more)).toBe('nothing');
  });

  it('a message counts in the thread it stands in; one’s own says that one has read there', () => {
    const threaded = { content: relates('m.thread') };
    expect(effectOf(event('$1', threaded), undefined, reader)).toMatchObject({ event: { thread: '$0' } });
    expect(effectOf(event('$1', { ...threaded, sender: me }), undefined, reader)).toEqual({
      does: 'reads',
      thread: '$0'
    });
    expect(effectOf(event('$1', { sender: me }), undefined, reader)).toEqual({ does: 'reads', thread: null });
  });

  it('what is sealed is to be opened, one’s own too; once open it is what it says', () => {
    const sealed = { type: 'm.room.encrypted', content: { ciphertext: 'x' } };
    const opened = (type: string, content: object, more: object = {}) =>
      kindOf(effectOf(event('$1', { ...sealed, ...more }), { type, content: content as never }, reader));
    expect(does('$1', sealed)).toBe('sealed');
    expect(effectOf(event('$1', { ...sealed, sender: me }), undefined, reader)).toMatchObject({
      event: { mine: true }
    });
    expect(kindOf(effectOf(event('$1', sealed), { cause: 'waiting' }, reader))).toBe('sealed');
    expect(opened('m.room.message', { body: 'x' })).toBe('message');
    expect(opened('m.room.message', { body: 'x', 'm.mentions': { user_ids: [me] } })).toBe('mention');
    expect(opened('m.room.message', { body: 'x' }, { sender: me })).toBe('reads');
    expect(opened('m.reaction', relates('m.annotation'))).toBe('nothing');
    expect(opened('m.call.invite', { call_id: '1' })).toBe('call');
  });

  it('a redaction of either style deletes', () => {
    const redaction = (more: object) =>
      effectOf(event('$r', { type: 'm.room.redaction', content: {}, ...more }), undefined, reader);
    expect(redaction({ redacts: '$1' })).toEqual({ does: 'deletes', event: '$1' });
    expect(redaction({ content: { redacts: '$1' } })).toEqual({ does: 'deletes', event: '$1' });
  });

  it('coming in begins anew; a new name does not', () => {
    const renamed = { unsigned: { prev_content: { membership: 'join' } } };
    expect(effectOf(member(me, 'join'), undefined, reader)).toEqual({ does: 'joins' });
    expect(effectOf(member(me, 'join', renamed), undefined, reader)).toEqual({ does: 'nothing' });
    expect(effectOf(member(anna, 'join'), undefined, reader)).toEqual({ does: 'nothing' });
  });
});

describe('a call', () => {
  const call = (type: string, more: object = {}, sender = anna) =>
    effectOf(event('$1', { type: `m.call.${type}`, sender, content: { call_id: 'c', ...more } }), undefined, reader);

  it('of another rings for me, unless it is for somebody else', () => {
    expect(call('invite')).toMatchObject({ does: 'counts', event: { kind: 'call', call: 'c' } });
    expect(call('invite', { invitee: me })).toMatchObject({ does: 'counts' });
    expect(call('invite', { invitee: berta })).toEqual({ does: 'nothing' });
    expect(call('invite', {}, me)).toEqual({ does: 'nothing' });
    expect(call('invite', { call_id: 5 })).toEqual({ does: 'nothing' });
  });

  it('that was taken or refused on one of my devices is none that I missed; what its caller does changes nothing', () => {
    for (const type of ['answer', 'select_answer', 'reject', 'hangup'])
      expect(call(type, {}, me)).toEqual({ does: 'answers', call: 'c' });
    for (const type of ['answer', 'select_answer', 'reject', 'hangup', 'candidates'])
      expect(call(type)).toEqual({ does: 'nothing' });
    expect(call('candidates', {}, me)).toEqual({ does: 'nothing' });
    expect(call('hangup', { reason: 'answered_elsewhere' })).toEqual({ does: 'answers', call: 'c' });
  });
});

describe('somebody who asks to come in', () => {
  const member = (membership: string, before?: string, sender = anna) =>
    event('$1', {
      type: 'm.room.member',
      state_key: anna,
      sender,
      content: { membership },
      unsigned: before === undefined ? {} : { prev_content: { membership: before } }
    });
  const effect = (raw: RawEvent, opens = true) => effectOf(raw, undefined, { ...reader, opens });

  it('is news to who may let her in, and to nobody else', () => {
    expect(effect(member('knock'))).toMatchObject({ does: 'counts', event: { kind: 'knock', knocks: anna } });
    expect(effect(member('knock'), false)).toEqual({ does: 'nothing' });
    expect(effect(member('knock', undefined, berta))).toEqual({ does: 'nothing' });
  });

  it.each(['invite', 'leave', 'ban', 'join'])('is none any more after %s', (membership) =>
    expect(effect(member(membership, 'knock'))).toEqual({ does: 'opens', person: anna })
  );

  it('comes and goes with what is unread', () => {
    const meets = (raw: RawEvent) => ({ id: raw.event_id, at: 1, effect: effect(raw) });
    const asked = advance(nothingUnread, [meets(member('knock'))]);
    expect(numbersOf(asked)).toEqual({ count: 1, exact: true, mentions: 1 });
    expect(numbersOf(advance(asked, [meets({ ...member('leave', 'knock'), event_id: '$2' as EventId })])).count).toBe(
      0
    );
  });
});
