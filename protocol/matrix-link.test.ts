import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMatrixLink } from './matrix-link.ts';

const room = (id: string, more: { via?: string[]; event?: string } = {}) => ({
  to: 'room',
  room: id,
  via: more.via ?? [],
  event: more.event ?? null
});

describe('a Matrix link', () => {
  // The examples of the specification (Matrix 1.16 appendices), and what Element and Cinny write.
  it.each([
    ['https://matrix.to/#/%23somewhere%3Aexample.org', room('#somewhere:example.org')],
    ['https://matrix.to/#/#somewhere:example.org', room('#somewhere:example.org')],
    [
      'https://matrix.to/#/!somewhere%3Aexample.org?via=elsewhere.ca',
      room('!somewhere:example.org', { via: ['elsewhere.ca'] })
    ],
    [
      'https://matrix.to/#/%21WtGG3gTgw4kYAAcHHrMYHYIYQAhRA5XrTkf3pJoGjxU',
      room('!WtGG3gTgw4kYAAcHHrMYHYIYQAhRA5XrTkf3pJoGjxU')
    ],
    [
      'https://matrix.to/#/%23somewhere%3Aexample.org/%24event%3Aexample.org',
      room('#somewhere:example.org', { event: '$event:example.org' })
    ],
    [
      'https://matrix.to/#/!somewhere:example.org/$event?via=a.example&via=b.example:8448',
      room('!somewhere:example.org', { via: ['a.example', 'b.example:8448'], event: '$event' })
    ],
    ['https://matrix.to/#/%40alice%3Aexample.org', { to: 'person', person: '@alice:example.org' }],
    ['http://MATRIX.to/#/@alice:example.org?via=x', { to: 'person', person: '@alice:example.org' }],
    ['matrix:r/somewhere:example.org', room('#somewhere:example.org')],
    ['matrix:r/somewhere:example.org/e/event', room('#somewhere:example.org', { event: '$event' })],
    [
      'matrix:roomid/somewhere:example.org?via=elsewhere.ca&action=join',
      room('!somewhere:example.org', { via: ['elsewhere.ca'] })
    ],
    [
      'matrix://ignored.example/roomid/a:b.example/e/lol?via=c.example',
      room('!a:b.example', { via: ['c.example'], event: '$lol' })
    ],
    ['MATRIX:U/alice:example.org?action=chat', { to: 'person', person: '@alice:example.org' }]
  ])('%s', (link, to) => {
    expect(parseMatrixLink(link)).toEqual(to);
  });

  it.each([
    '',
    'https://matrix.to/',
    'https://matrix.to/#/',
    'https://matrix.to.evil.example/#/@alice:example.org',
    'https://evil.example/?https://matrix.to/#/@alice:example.org',
    'https://matrix.to/#/@alice',
    'https://matrix.to/#/%E0%A4%A',
    'https://matrix.to/#/%23a%20b:example.org',
    'https://matrix.to/#/%23somewhere%3A..',
    'https://matrix.to/#/javascript:alert(1)',
    'matrix:x/alice:example.org',
    'matrix:u/',
    'matrix:u/alice',
    'matrix:constructor/alice:example.org',
    'matrix:javascript:alert(1)'
  ])('is not: %j', (link) => {
    expect(parseMatrixLink(link)).toBeNull();
  });

  it('names no more servers than are asked, and none that is none', () => {
    const many = Array.from({ length: 9 }, (_, at) => `via=s${at}.example`).join('&');
    expect(parseMatrixLink(`matrix:roomid/a?via=-&via=a%20b&${many}`)).toMatchObject({
      via: ['s0.example', 's1.example', 's2.example', 's3.example', 's4.example']
    });
  });

  it('whatever the text, there is an answer, soon', () => {
    const starts = fc.constantFrom('matrix:', 'matrix:u/', 'matrix:r/', 'https://matrix.to/#/');
    fc.assert(
      fc.property(starts, fc.string({ maxLength: 400 }), (start, rest) => {
        const link = parseMatrixLink(start + rest);
        if (link?.to === 'room') expect(link.room).toMatch(/^[!#][^\s\p{C}]+$/u);
      })
    );
  });
});
