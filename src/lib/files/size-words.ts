import { getLocale } from '$lib/paraglide/runtime';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** «1.4 MB», in units of 1000 bytes. */
export function sizeWords(bytes: number): string {
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const digits = value < 10 && step > 0 ? 1 : 0;
  const words = { style: 'unit', unit: units[step], maximumFractionDigits: digits } as const;
  return new Intl.NumberFormat(getLocale(), words).format(value);
}

/** «0:22», «1:02:09»; `ms` of playing. */
export function durationWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
