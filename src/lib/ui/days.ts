const day = 24 * 60 * 60 * 1000;

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** Midnights between two moments, in ms since the epoch: 0 today, 1 yesterday. Days of 23 and 25 hours count as one. */
export const daysBetween = (earlier: number, later: number): number =>
  Math.round((startOfDay(later) - startOfDay(earlier)) / day);
