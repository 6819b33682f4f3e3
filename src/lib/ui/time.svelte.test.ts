import { describe, expect, it } from 'vitest';
import { clockTime, dayWords, formatLocale, shortWhen, waitInWords } from './time';

const at = (month: number, day: number, hour = 18, minute = 42, year = 2026) =>
  new Date(year, month - 1, day, hour, minute).getTime();
const now = at(5, 14, 20);

describe('times', () => {
  it('are written as each language does', () => {
    expect(clockTime(now, 'ca')).toBe('20:42');
    expect(clockTime(now, 'en-US')).toMatch(/^8:42\sPM$/);
    expect(clockTime(now, 'en-GB')).toBe('20:42');
  });

  it.each([
    [at(5, 14), '18:42'],
    [at(5, 13), 'ahir'],
    [at(5, 12), 'dt.'],
    [at(5, 8), 'dv.'],
    [at(5, 7), '7 de maig'],
    [at(12, 31, 18, 42, 2025), '31/12/25'],
    [at(5, 15), '18:42']
  ])('in a narrow column: %d is %s', (moment, words) => {
    expect(shortWhen(moment, now, 'ca')).toBe(words);
  });

  it.each([
    [at(5, 14), 'ca', 'Avui'],
    [at(5, 13), 'es', 'Ayer'],
    [at(5, 11), 'en', 'Monday'],
    [at(5, 7), 'ca', 'Dijous, 7 de maig'],
    [at(12, 31, 1, 1, 2025), 'es', 'Miércoles, 31 de diciembre de 2025'],
    [at(5, 15), 'ca', 'Divendres, 15 de maig']
  ])('between two days: %d in %s is %s', (moment, locale, words) => {
    expect(dayWords(moment, now, locale)).toBe(words);
  });

  it.each([
    [1, '1 second'],
    [89_000, '89 seconds'],
    [90_000, '2 minutes'],
    [330_000, '6 minutes'],
    [3 * 3_600_000, '3 hours']
  ])('that one waits for: %d ms are %s', (wait, words) => {
    expect(waitInWords(wait, 'en')).toBe(words);
  });

  it('follow the region that the browser names for the language, if any', () => {
    expect(formatLocale('en')).toMatch(/^en/);
    expect(formatLocale('ca')).toBe(navigator.languages.find((tag) => tag.startsWith('ca')) ?? 'ca');
  });
});
