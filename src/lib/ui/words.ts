import { m } from '$lib/paraglide/messages';
import { formatLocale } from './time';

/** A name inside a sentence, whichever way either is written (Unicode's isolates). */
export const isolate = (name: string): string => `\u2068${name}\u2069`;

/** «Marta, Jordi and 3 others». */
export function listOf(names: readonly string[], most = 3, locale = formatLocale()): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names;
  const rest = names.length - shown.length;
  const parts = [...shown.map(isolate), ...(rest > 0 ? [m.others({ count: rest })] : [])];
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(parts);
}

/** What one calls somebody in passing: «Marta» for «Marta Vidal». */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] || name;

/** A number for a badge; `exact` false: there are more than `count`. */
export const shortCount = (count: number, exact: boolean): string =>
  count > 99 ? '99+' : exact ? String(count) : `${count}+`;
