/** So many values for those that there are, each the loudest of its share; the loudest of all is 1. */
export function resampled(levels: readonly number[], count: number): readonly number[] {
  if (levels.length === 0) return [];
  const loudest = Math.max(...levels, Number.EPSILON);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * levels.length) / count));
    return Math.max(0, ...levels.slice(from, to)) / loudest;
  });
}
