import { describe, expect, test } from 'vitest';
import { clear, Way } from './way.ts';

/** Feeds `count` packets of `bytes`, one each `every` ms, and gives what came out when. */
const feed = (way: Way, count: number, bytes: number, every: number) =>
  Array.from({ length: count }, (_, i) => way.accept(bytes, i * every));

describe('one way of a link', () => {
  test('is transparent at first', () => {
    expect(feed(new Way(), 3, 1400, 10)).toEqual([0, 10, 20]);
  });

  test('delays, and jitter never lets a packet overtake', () => {
    const way = new Way();
    way.settings = { ...clear, delay: 50, jitter: 40 };
    const arrivals = feed(way, 1000, 100, 1).map(Number);
    expect(Math.min(...arrivals.map((at, i) => at - i))).toBeGreaterThanOrEqual(10);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    expect(new Set(arrivals.map((at, i) => Math.round(at - i))).size).toBeGreaterThan(5);
  });

  test('loses the share it is told', () => {
    const way = new Way();
    way.settings = { ...clear, loss: 0.1 };
    const lost = feed(way, 10_000, 100, 1).filter((at) => at === null).length;
    // Five standard errors of a binomial.
    expect(Math.abs(lost - 1000)).toBeLessThan(150);
    expect(way.counts).toEqual({ passed: 10_000 - lost, dropped: lost });
  });

  test('sends no faster than its rate, and its queue overflows', () => {
    const way = new Way();
    way.settings = { ...clear, mbit: 1 };
    const through = feed(way, 1000, 1250, 1).filter((at) => at !== null);
    // 1250 bytes at 1 Mbit/s take 10 ms; in 1 s 100 leave and 400 ms of them wait.
    expect(through.length).toBeGreaterThanOrEqual(138);
    expect(through.length).toBeLessThanOrEqual(140);
    expect((through[1] ?? 0) - (through[0] ?? 0)).toBe(10);
  });

  test('a cut loses all, and afterwards all passes', () => {
    const way = new Way();
    way.settings = { ...clear, cut: true };
    expect(feed(way, 3, 100, 1)).toEqual([null, null, null]);
    way.settings = clear;
    expect(way.accept(100, 5)).toBe(5);
  });
});
