import { describe, expect, it } from 'vitest';
import { looking } from '../../../tests/component/looking.svelte';
import { Cell } from './live';
import type { Range, Slice } from './values';
import { Windowed } from './windowed.svelte';

/** A list of numbers, each part of which comes when it is let go. */
function numbers(total: number) {
  const asked: { range: Range; cell: Cell<Slice<number>>; watched: () => boolean }[] = [];
  const window = new Windowed<number>((range) => {
    let watchers = 0;
    const cell = new Cell<Slice<number>>(undefined, () => {
      watchers++;
      return () => void watchers--;
    });
    asked.push({ range, cell, watched: () => watchers > 0 });
    return cell;
  });
  const answer = (index: number) => {
    const one = asked.at(index);
    if (!one) throw new Error('this part was not asked for');
    const { start, end } = one.range;
    const rows = Array.from({ length: Math.max(0, Math.min(end, total) - start) }, (_, at) => start + at);
    one.cell.set({ total, start, rows });
  };
  return { window, asked, answer, slice: looking(() => window.slice) };
}

describe('a long list', () => {
  it('shows nothing until its first part is here', async () => {
    const { slice, answer } = numbers(1000);
    expect(slice.now).toBeUndefined();
    answer(0);
    await expect.poll(() => slice.now?.total).toBe(1000);
  });

  it('asks for what comes on show, not for each step of a scroll', async () => {
    const { window, asked, answer, slice } = numbers(1000);
    answer(0);
    for (let first = 0; first < 30; first++) window.show(first, first + 9);
    expect(asked).toHaveLength(1);
    window.show(500, 515);
    await expect.poll(() => asked.length).toBe(2);
    answer(1);
    await expect.poll(() => slice.now?.start).toBeGreaterThan(400);
    expect(window.at(507)).toBe(507);
    expect(window.at(3)).toBeUndefined();
  });

  it('keeps the part before while the next is on its way, then lets go of it', async () => {
    const { window, asked, answer, slice } = numbers(1000);
    answer(0);
    await expect.poll(() => slice.now?.start).toBe(0);
    window.show(200, 210);
    await expect.poll(() => asked.length).toBe(2);
    expect(window.at(5)).toBe(5);
    answer(1);
    await expect.poll(() => window.at(205)).toBe(205);
    await expect.poll(() => asked[0]?.watched()).toBe(false);
    expect(asked[1]?.watched()).toBe(true);
  });

  it('never holds more than what is around', async () => {
    const { window, asked } = numbers(100_000);
    for (let first = 0; first < 5000; first += 37) window.show(first, first + 12);
    await expect.poll(() => asked.length).toBeGreaterThan(1);
    const last = asked.at(-1)?.range;
    expect(last && last.end - last.start).toBeLessThanOrEqual(160);
  });
});
