import { describe, expect, it } from 'vitest';
import { daysBetween } from './days';

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
