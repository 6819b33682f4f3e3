import { avifShape } from './avif.ts';
import { nameAt, viewOf, type Found } from './found.ts';
import { gifShape } from './gif.ts';
import { jpegShape } from './jpeg.ts';

/** By what browsers tell pictures apart, whatever anybody says that they are (MIME Sniffing, 6.1; ISO/IEC 23008-12, 10). */
const kinds: readonly (readonly [RegExp, (bytes: Uint8Array) => Found])[] = [
  [/^\u0089PNG/, pngShape],
  [/^\u00ff\u00d8\u00ff/, jpegShape],
  [/^GIF8/, gifShape],
  [/^RIFF....WEBP/s, webpShape],
  [/^BM/, bmpShape],
  [/^....ftyp/s, avifShape]
];
/** Bytes in which that is told. */
export const telling = 16;

/** How large a picture really is, read from the bytes that it begins with: `telling` of them at least, or all. */
export function shapeIn(bytes: Uint8Array): Found {
  const start = String.fromCharCode(...bytes.subarray(0, telling));
  const shape = kinds.find(([begin]) => begin.test(start))?.[1];
  return shape ? shape(bytes) : 'none';
}

/** PNG, third edition, 11.2.1: the first part of it, always. */
function pngShape(png: Uint8Array): Found {
  if (png.length < 24) return 'more';
  const view = viewOf(png);
  return nameAt(png, 12) === 'IHDR' ? { width: view.getUint32(16), height: view.getUint32(20) } : 'broken';
}

/** RFC 9649, 2.5 to 2.7: each of the three kinds in its own way. */
function webpShape(webp: Uint8Array): Found {
  if (webp.length < 30) return 'more';
  const view = viewOf(webp);
  const three = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  const sides = view.getUint32(21, true);
  switch (nameAt(webp, 12)) {
    case 'VP8X':
      return { width: three(24) + 1, height: three(27) + 1 };
    case 'VP8L':
      return { width: (sides & 0x3fff) + 1, height: ((sides >> 14) & 0x3fff) + 1 };
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return 'broken';
  }
}

/** The older head has half the numbers; a height below zero stands on its head. */
function bmpShape(bmp: Uint8Array): Found {
  if (bmp.length < 26) return 'more';
  const view = viewOf(bmp);
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}
