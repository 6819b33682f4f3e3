import { withoutPiles } from '../unruly.ts';

const longest = 60;

/**
 * A name of others as a part of a path on any system: letters, digits, spaces, dots within, dashes; no way upwards, no
 * sign that is not seen. It is told apart from others by a number before it, which also keeps it from being one that a
 * system has for itself (`con`, `nul`).
 */
export function pathPart(number: number, name: string): string {
  const safe = withoutPiles(name.slice(0, 10 * longest))
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._ -]+/gu, '-')
    .replace(/\.{2,}/g, '.');
  // An extension stays.
  const [, extension = ''] = /(\.[\p{L}\p{N}]{1,8})$/u.exec(safe) ?? [];
  const stem = [...safe.slice(0, safe.length - extension.length)].slice(0, longest).join('');
  const whole = `${stem}${extension}`.replace(/^[-. ]+|[-. ]+$/g, '');
  return [String(number).padStart(4, '0'), whole].filter(Boolean).join('-');
}

/** A path of the archive as a link from beside it. */
export const linkTo = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
