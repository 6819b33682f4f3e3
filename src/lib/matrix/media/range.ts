/** A part of a file, both ends included. */
export type Part = { readonly first: number; readonly last: number };

/**
 * The part that a `Range` header asks of a file of `size` bytes (RFC 9110, 14.1.2). `whole`: there is none, or one that
 * may be ignored (several parts, another unit); `outside`: none of it is in the file.
 */
export function partOf(range: string | null, size: number): Part | 'whole' | 'outside' {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'whole';
  if (from === '')
    return Number(to) === 0 || size === 0 ? 'outside' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= size ? 'outside' : { first, last };
}

/** The headers of an answer with a part only; all others stay as they came. */
export function headersOf(whole: Headers, { first, last }: Part, size: number): Headers {
  const headers = new Headers(whole);
  headers.set('content-range', `bytes ${first}-${last}/${size}`);
  headers.set('content-length', String(last - first + 1));
  headers.set('accept-ranges', 'bytes');
  return headers;
}
