import { describe, expect, it } from 'vitest';
import { hueOf, initialsOf } from './avatar';

describe('initials', () => {
  it.each([
    ['Marta Vidal', 'MV'],
    ['Plaça de Gràcia', 'PG'],
    ['marta', 'M'],
    ['joan.puig', 'JP'],
    ['Nora (xmpp)', 'N'],
    ['Nora Haddad de la Font de Dalt', 'NH'],
    ['Àngel Òdena', 'ÀÒ'],
    ['يوسف', 'ي'],
    ['«Els» Veïns', 'V'],
    ['de la', 'DL'],
    ['93 555 01 22', '#'],
    ['🙂', '#'],
    ['', '#'],
    ['Bloc 9', 'B']
  ])('of «%s» are %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  it('never breaks a letter that takes two places in the string', () => {
    expect(initialsOf('𝒜da 𝓑yron')).toBe('𝒜𝓑');
  });
});

describe('hue', () => {
  it('is an angle, the same each time, and tells people apart', () => {
    const hues = ['@alba:a.example', '@bo:a.example', '@alba:b.example'].map(hueOf);
    expect(hues).toEqual(['@alba:a.example', '@bo:a.example', '@alba:b.example'].map(hueOf));
    expect(new Set(hues).size).toBe(3);
    expect(hues.every((hue) => Number.isInteger(hue) && hue >= 0 && hue < 360)).toBe(true);
  });
});
