import { describe, expect, it } from 'vitest';
import { dayOf, daysBetween, isoDay } from './days';

const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour).getTime();

describe('days between two moments', () => {
  it('counts midnights, not hours', () => {
    expect(daysBetween(at(2026, 5, 13, 23), at(2026, 5, 14, 0))).toBe(1);
    expect(daysBetween(at(2026, 5, 14, 0), at(2026, 5, 14, 23))).toBe(0);
  });

  it('is not misled by days of 23 and 25 hours, wherever this runs', () => {
    for (let month = 1; month <= 12; month++) {
      expect(daysBetween(at(2026, month, 1, 1), at(2026, month, 28, 23))).toBe(27);
    }
  });

  it('is negative for what is to come', () => {
    expect(daysBetween(at(2026, 5, 15), at(2026, 5, 14))).toBe(-1);
  });
});

describe('the day of a field for dates', () => {
  it('is one of the person’s own time, from its first moment to its last', () => {
    expect(isoDay(at(2026, 5, 4, 0))).toBe('2026-05-04');
    expect(isoDay(at(2026, 5, 4, 23))).toBe('2026-05-04');
    expect(dayOf('2026-05-04')).toBe(at(2026, 5, 4, 0));
  });

  it('is none where there is no such day', () => {
    for (const text of ['', '2026-13-01', '2026-02-30', 'tomorrow']) expect(dayOf(text)).toBeNull();
  });
});
