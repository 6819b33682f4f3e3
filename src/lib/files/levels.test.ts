import { expect, it } from 'vitest';
import { resampled } from './levels';

it('has as many values as were asked for, the loudest of each share', () => {
  expect(resampled([0.1, 0.5, 0.2, 0.25], 2)).toEqual([1, 0.5]);
  expect(resampled([0.5], 3)).toEqual([1, 1, 1]);
  expect(resampled([], 3)).toEqual([]);
  expect(resampled([0, 0], 2)).toEqual([0, 0]);
  expect(
    resampled(
      Array.from({ length: 1000 }, (_, at) => at),
      60
    )
  ).toHaveLength(60);
});
