import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sought, wordsIn } from './sought.ts';

const sought = (term: string) => new Sought(wordsIn(term));
const marked = (term: string, text: string) =>
  sought(term)
    .in(text)
    .map(([start, end]) => text.slice(start, end));

describe('what one looks for', () => {
  it.each([
    ['  Plaça,   GRÀCIA ', ['placa', 'gracia']],
    ['l’aigua', ['l’aigua']],
    ['12:30', ['12:30']],
    ['👍', ['👍']],
    ['bread bread', ['bread']],
    ['   ', []],
    ['x '.repeat(500), ['x']]
  ])('%j is the words %j', (term, words) => expect(wordsIn(term)).toEqual(words));

  it.each([
    ['aigua', 'Demà no hi haurà AIGÜA a la plaça', true],
    ['aig', 'Demà no hi haurà aigua', true],
    ['gua', 'Demà no hi haurà aigua', false],
    ['plaça aigua', 'aigua a la placa', true],
    ['plaça pa', 'aigua a la plaça', false],
    ['anna', '@anna: hola', true],
    ['http://zone.example', 'see http://zone.example/x', true],
    ['(a+b)*', 'what is (a+b)*c', true],
    ['東京', '私は東京にいます', true],
    ['👍', 'good👍', true],
    ['שלום', 'אמר שלום', true]
  ])('%j stands in %j: %s', (term, text, is) => expect(sought(term).isIn(text)).toBe(is));

  it('is shown where it stands, accents and all', () => {
    expect(marked('aigua', 'AIGÜA i aigües, l’aigua')).toEqual(['AIGÜA', 'aigua']);
    expect(marked('cafe', 'a cafe\u0301 and a Café')).toEqual(['cafe\u0301', 'Café']);
    expect(marked('ab a', 'abc a')).toEqual(['ab', 'a']);
    expect(marked('b', '👩‍👩‍👧 bé')).toEqual(['b']);
  });

  it('is marked in its own order and apart, in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (term, text) => {
        const found = sought(term).in(text);
        expect(found.every(([start, end], at) => start < end && start >= (found[at - 1]?.[1] ?? 0))).toBe(true);
      })
    );
  });

  it('is in one line that holds it, however long the text', () => {
    const text = `${'word '.repeat(200)}\nfinally the AIGUA comes ${'and goes '.repeat(200)}`;
    const line = sought('aigua').around(text, 120);
    expect(line).toMatch(/^….*AIGUA comes.*…$/);
    expect(line.length).toBeLessThanOrEqual(120);
    expect(sought('aigua').around('one\n\n two', 120)).toBe('one two');
    expect(sought('aigua').around(`aigua ${'x'.repeat(300)}`, 50)).toBe(`aigua ${'x'.repeat(43)}…`);
  });

  it('never cuts a sign in halves', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('👍', 'a', ' ', '𝔸', 'b '), { maxLength: 300 }), (signs) => {
        const line = sought('b').around(signs.join(''), 40);
        expect(line.isWellFormed()).toBe(true);
        expect(line.length).toBeLessThanOrEqual(40);
      })
    );
  });
});
