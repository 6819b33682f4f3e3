import { viewOf, type Found } from './found.ts';

const [extension, image] = [0x21, 0x2c];
const tableOf = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** The screen, or the first picture on it where that is larger: browsers make the screen as large then (GIF89a, 18 and 20). */
export function gifShape(gif: Uint8Array): Found {
  const view = viewOf(gif);
  if (gif.length < 13) return 'more';
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let at = 13 + tableOf(gif[10] ?? 0);
  for (; gif[at] === extension; at++) {
    at += 2;
    while ((gif[at] ?? 0) > 0) at += 1 + (gif[at] ?? 0);
  }
  if (at + 9 > gif.length) return 'more';
  if (gif[at] !== image) return { width, height };
  const side = (from: number) => view.getUint16(at + from, true);
  return { width: Math.max(width, side(1) + side(5)), height: Math.max(height, side(3) + side(7)) };
}
