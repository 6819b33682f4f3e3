import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autolink } from './autolink';

const links = (text: string) =>
  autolink(text).flatMap(({ text: shown, href }) => (href === null ? [] : [[shown, href]]));

describe('links in a message', () => {
  it.each([
    ['https://a.example/x?y=1#z', 'https://a.example/x?y=1#z'],
    ['HTTP://A.example', 'http://a.example/'],
    ['www.a.example/path', 'https://www.a.example/path'],
    ['mailto:alba@a.example', 'mailto:alba@a.example'],
    ['http://localhost:8080/chats', 'http://localhost:8080/chats'],
    ['http://10.0.0.7/map', 'http://10.0.0.7/map'],
    ['https://ca.example/Pla%C3%A7a_(Gr%C3%A0cia)', 'https://ca.example/Pla%C3%A7a_(Gr%C3%A0cia)'],
    ['matrix:r/plaza:zone.example', 'matrix:r/plaza:zone.example'],
    ['#plaza:zone.example', 'https://matrix.to/#/%23plaza%3Azone.example'],
    ['@alba:10.0.0.7', 'https://matrix.to/#/%40alba%3A10.0.0.7']
  ])('%s is one', (text, href) => {
    expect(links(text)).toEqual([[text, href]]);
  });

  it.each([
    ['javascript:alert(1)'],
    ['data:text/html,<script>1</script>'],
    ['file:///etc/passwd'],
    ['ftp://a.example/x'],
    ['vbscript:x'],
    ['alba@a.example'],
    ['https://'],
    ['https://user:secret@a.example/'],
    ['https://bank.example@evil.example/'],
    ['mailto:'],
    ['matrix:x/plaza:zone.example'],
    ['matrix:javascript:alert(1)'],
    ['#later:today'],
    ['@alba'],
    ['#plaza'],
    ['no#plaza:zone.example'],
    ['http://nothing'],
    ['xhttps://a.example']
  ])('%s is none', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('leaves the punctuation of the sentence outside', () => {
    expect(links('Mira-t’ho (https://a.example/x), o bé https://b.example.')).toEqual([
      ['https://a.example/x', 'https://a.example/x'],
      ['https://b.example', 'https://b.example/']
    ]);
  });

  it('ends at what could be markup or a quotation', () => {
    expect(links('<a href="https://a.example/x">«https://b.example»')).toEqual([
      ['https://a.example/x', 'https://a.example/x'],
      ['https://b.example', 'https://b.example/']
    ]);
  });

  it('loses and adds nothing, and links nowhere else', () => {
    const pieces = fc.constantFrom(
      'https://',
      'a.example',
      '/x',
      ' ',
      '.',
      ')',
      '(',
      'javascript:',
      '@',
      '"',
      '<',
      'mailto:',
      'www.'
    );
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(pieces).map((parts) => parts.join(''))
    );
    fc.assert(
      fc.property(texts, (text) => {
        const tokens = autolink(text);
        expect(tokens.map((token) => token.text).join('')).toBe(text);
        for (const { href } of tokens) {
          if (href !== null) expect(['http:', 'https:', 'mailto:']).toContain(new URL(href).protocol);
        }
      })
    );
  });
});
