const day = 24 * 60 * 60 * 1000;

const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** Midnights between two moments, in ms since the epoch: 0 today, 1 yesterday. Days of 23 and 25 hours count as one. */
export const daysBetween = (earlier: number, later: number): number =>
  Math.round((startOfDay(later) - startOfDay(earlier)) / day);

/** The day of a moment as a field for dates has it: «2026-05-14», in the person's own time. */
export function isoDay(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The first moment of such a day, ms since the epoch; null where it names none. */
export function dayOf(day: string): number | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)?.map(Number) ?? [];
  if (year === undefined || month === undefined || date === undefined) return null;
  const at = new Date(year, month - 1, date).getTime();
  return isoDay(at) === day ? at : null;
}
