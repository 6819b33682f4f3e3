import { expect, it } from 'vitest';
import { budgets, judge, median, type Figures } from './budgets.ts';

const at = (share: number): Figures =>
  Object.fromEntries(Object.entries(budgets).map(([name, { most }]) => [name, most * share])) as Figures;

it('keeps what is at the limit, and no more', () => {
  expect(judge(at(1)).kept).toBe(true);
  const over = judge({ ...at(1), idleMemory: budgets.idleMemory.most + 0.1 });
  expect(over.kept).toBe(false);
  expect(over.lines.filter((line) => line.startsWith('✖'))).toHaveLength(1);
});

it('a figure that is none breaks its budget', () => {
  expect(judge({ ...at(0), plainMessage: Number.NaN }).kept).toBe(false);
});

it('takes the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
