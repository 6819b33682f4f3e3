import { describe, expect, it } from 'vitest';
import { bodyOf } from './body.ts';

const of = (content: Record<string, unknown>) => bodyOf('m.room.message', content);

describe('what a message says', () => {
  it.each([
    ['m.text', 'plain'],
    ['m.emote', 'emote'],
    ['m.notice', 'automatic'],
    ['m.location', 'plain'],
    ['constructor', 'plain'],
    [5, 'plain']
  ])('%s is text', (msgtype, style) => {
    expect(of({ msgtype, body: 'hello' })).toEqual({ type: 'text', style, text: 'hello' });
  });

  it.each([
    ['m.image', 'image'],
    ['m.video', 'video'],
    ['m.audio', 'audio'],
    ['m.file', 'file']
  ])('%s is a file by its name', (msgtype, kind) => {
    expect(of({ msgtype, body: 'a caption', filename: 'bread.jpg' })).toEqual({
      type: 'file',
      kind,
      name: 'bread.jpg',
      caption: { text: 'a caption' }
    });
    expect(of({ msgtype, body: 'bread.jpg' })).toEqual({ type: 'file', kind, name: 'bread.jpg' });
    expect(of({ msgtype, body: 5, filename: {} })).toEqual({ type: 'file', kind, name: '' });
  });

  it('a sticker is a picture, or its words', () => {
    const url = 'mxc://zone.test/cat';
    expect(bodyOf('m.sticker', { body: 'a cat', url, info: { w: 256, h: 256 } })).toMatchObject({
      kind: 'image',
      name: 'a cat',
      source: { content: url }
    });
    expect(bodyOf('m.sticker', { body: 'a cat' })).toEqual({ type: 'text', style: 'plain', text: 'a cat' });
    expect(bodyOf('m.sticker', { body: null })).toEqual({ type: 'text', style: 'plain', text: '' });
  });

  it('nothing is nothing: no words, blank, of another kind', () => {
    for (const body of [undefined, null, 5, {}, [], '', ' \n\t'])
      expect(of({ msgtype: 'm.text', body })).toEqual({ type: 'unsupported' });
    expect(bodyOf('m.reaction', { body: 'x' })).toBeNull();
    expect(bodyOf('m.room.encrypted', { body: 'x' })).toBeNull();
  });

  it('without content it was deleted', () => {
    expect(of({})).toEqual({ type: 'deleted' });
  });

  it('an edit or an annotation is no message', () => {
    for (const rel_type of ['m.replace', 'm.annotation'])
      expect(of({ body: 'x', 'm.relates_to': { rel_type, event_id: '$1' } })).toBeNull();
  });

  it('an answer is without the lines it quotes; other quotes stay', () => {
    const answer = { 'm.relates_to': { 'm.in_reply_to': { event_id: '$1' } } };
    const quoted = '> <@anna:zone.test> one\n> two\n\nmy answer\n> a quote';
    expect(of({ msgtype: 'm.text', body: quoted, ...answer })).toMatchObject({ text: 'my answer\n> a quote' });
    expect(of({ msgtype: 'm.text', body: quoted })).toMatchObject({ text: quoted });
    expect(of({ msgtype: 'm.text', body: 'no quote', ...answer })).toMatchObject({ text: 'no quote' });
  });

  it('is bounded, and a hostile quote is soon read', () => {
    const start = performance.now();
    const answer = { 'm.relates_to': { 'm.in_reply_to': {} } };
    const long = of({ msgtype: 'm.text', body: '> \n'.repeat(1_000_000), ...answer });
    expect(of({ msgtype: 'm.text', body: `> ${'> '.repeat(500_000)}`, ...answer })).toBeDefined();
    expect(long?.type === 'text' && long.text.length).toBeLessThanOrEqual(64 * 1024);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('markup is text', () => {
    const body = '<img src=x onerror=alert(1)>';
    expect(of({ msgtype: 'm.text', body, formatted_body: '<b>no</b>' })).toMatchObject({ text: body });
  });
});
