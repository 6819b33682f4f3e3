import { getLocale } from '$lib/paraglide/runtime';
import { daysBetween } from './days';

/** The interface's language with the region that the person's browser names (en-GB writes 18:42, en-US 6:42 PM). */
export function formatLocale(language: string = getLocale()): string {
  const preferred = typeof navigator === 'undefined' ? [] : navigator.languages;
  return preferred.find((tag) => tag.split('-')[0] === language) ?? language;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once each: making a format takes longer than drawing the message that carries it. */
function dateFormat(locale: string, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale} ${JSON.stringify(style)}`;
  const format = formats.get(name) ?? new Intl.DateTimeFormat(locale, style);
  formats.set(name, format);
  return format;
}

/** «18:42». `at` in ms since the epoch. */
export const clockTime = (at: number, locale = formatLocale()): string =>
  dateFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at);

/** For one narrow column: «18:42», «yesterday», «Thu», «3 Feb», «03/02/25». */
export function shortWhen(at: number, now: number, locale = formatLocale()): string {
  const days = daysBetween(at, now);
  if (days <= 0) return clockTime(at, locale);
  if (days === 1) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-1, 'day');
  if (days < 7) return dateFormat(locale, { weekday: 'short' }).format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const style = sameYear
    ? ({ day: 'numeric', month: 'short' } as const)
    : ({ day: '2-digit', month: '2-digit', year: '2-digit' } as const);
  return dateFormat(locale, style).format(at);
}

/** For a line between two days: «Today», «Yesterday», «Thursday», «Thursday, 3 February», with the year if another. */
export function dayWords(at: number, now: number, locale = formatLocale()): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) {
    return capital(new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-days, 'day'), locale);
  }
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  const style =
    days > 0 && days < 7
      ? ({ weekday: 'long' } as const)
      : ({ weekday: 'long', day: 'numeric', month: 'long', year } as const);
  return capital(dateFormat(locale, style).format(at), locale);
}

/** «Thursday, 14 May 2026 at 18:42:07»: the whole of it. */
export const wholeTime = (at: number, locale = formatLocale()): string =>
  capital(dateFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(at), locale);

/** «14 May 2026». */
export const wholeDate = (at: number, locale = formatLocale()): string =>
  dateFormat(locale, { dateStyle: 'long' }).format(at);

/** «5 minutes», «40 seconds», «30 days». `wait` in ms. */
export function waitInWords(wait: number, locale = formatLocale()): string {
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  const [amount, unit] =
    seconds < 90
      ? [seconds, 'second']
      : seconds < 90 * 60
        ? [Math.ceil(seconds / 60), 'minute']
        : seconds < 36 * 3600
          ? [Math.ceil(seconds / 3600), 'hour']
          : [Math.round(seconds / 86_400), 'day'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(amount);
}

const capital = (text: string, locale: string): string => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
