import { describe, expect, it } from 'vitest';
import { firstName, isolate, listOf, shortCount } from './words';

const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');

describe('names in a sentence', () => {
  it('are isolated, so that none turns the sentence around', () => {
    expect(isolate('يوسف')).toBe('\u2068يوسف\u2069');
  });

  it('are listed, and counted when they are many', () => {
    expect(plain(listOf(['Marta'], 3, 'en'))).toBe('Marta');
    expect(plain(listOf(['Marta', 'Jordi', 'Laia'], 3, 'en'))).toBe('Marta, Jordi, and Laia');
    expect(plain(listOf(['Marta', 'Jordi', 'Laia', 'Pau', 'Biel'], 3, 'en'))).toBe('Marta, Jordi, and 3 others');
    expect(plain(listOf(['Marta', 'Jordi', 'Laia'], 2, 'en'))).toBe('Marta and 2 others');
  });

  it('are short in passing', () => {
    expect(firstName('  Marta Vidal ')).toBe('Marta');
    expect(firstName('')).toBe('');
  });
});

it('a number of a badge is short, and says where there are more', () => {
  expect([shortCount(7, true), shortCount(7, false), shortCount(100, true), shortCount(200, false)]).toEqual([
    '7',
    '7+',
    '99+',
    '99+'
  ]);
});
