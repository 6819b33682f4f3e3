import { describe, expect, it } from 'vitest';
import type { Body, Conversation, Notice, Person, UserId } from '$lib/matrix/values';
import { previewWords } from './preview';

const me = '@alba:zone.example' as UserId;
const marta: Person = { id: '@marta:zone.example' as UserId, name: 'Marta Vidal' };
const text = (said: string, style: 'plain' | 'emote' = 'plain'): Body => ({ type: 'text', style, text: said });

function words(kind: 'direct' | 'room', body: Body | { type: 'notice'; notice: Notice }, mine = false) {
  const last = { at: 0, sender: mine ? { id: me, name: 'Alba' } : marta, mine, body };
  const { who, what } = previewWords({ last, kind, topic: 'Reg' } as Conversation, me);
  return [who, what.replace(/[\u2068\u2069]/g, '')];
}

describe('the last thing in a conversation', () => {
  it('says who, where that is worth saying', () => {
    expect(words('direct', text('hello'))).toEqual([null, 'hello']);
    expect(words('room', text('hello'))).toEqual(['Marta', 'hello']);
    expect(words('direct', text('hello'), true)).toEqual(['You', 'hello']);
  });

  it('names what has no text', () => {
    expect(words('direct', { type: 'file', kind: 'audio', name: 'x.ogg', voice: [] })).toEqual([null, 'Voice message']);
    expect(words('direct', { type: 'file', kind: 'audio', name: 'song.ogg' })).toEqual([null, 'song.ogg']);
    expect(words('direct', { type: 'file', kind: 'file', name: 'acta.pdf' })).toEqual([null, 'acta.pdf']);
    expect(words('direct', { type: 'deleted' })).toEqual([null, 'Message deleted']);
    expect(words('room', text('waves', 'emote'))).toEqual([null, 'Marta waves']);
  });

  it('tells what happened to the room', () => {
    expect(words('room', { type: 'notice', notice: { type: 'joined', person: marta } })).toEqual([
      null,
      'Marta Vidal joined'
    ]);
    expect(words('room', { type: 'notice', notice: { type: 'created' } }, true)).toEqual([
      null,
      'You created the room'
    ]);
  });

  it('is the topic where nothing has been said', () => {
    expect(previewWords({ last: null, kind: 'room', topic: 'Reg' } as Conversation, me)).toEqual({
      who: null,
      what: 'Reg'
    });
  });
});
