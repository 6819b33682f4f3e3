import { viewOf, type Found } from './found.ts';

/** Markers that no length follows: TEM, and those that restart a scan (ITU-T T.81, table B.1). */
const isAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
/** Of SOF0 to SOF15, these are tables and an extension. */
const noFrames = new Set([0xc4, 0xc8, 0xcc]);
const [soi, eoi, sos] = [0xd8, 0xd9, 0xda];

/**
 * The measures of the frame (ITU-T T.81, B.2.2). What lies between two markers is passed over, as libjpeg does it
 * (`next_marker`): a decoder must not see a frame that is not seen here.
 */
export function jpegShape(jpeg: Uint8Array): Found {
  const view = viewOf(jpeg);
  for (let at = 2; ;) {
    at = jpeg.indexOf(0xff, at);
    if (at < 0 || at + 4 > jpeg.length) return 'more';
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xff) at++;
    else if (marker === 0 || isAlone(marker)) at += 2;
    else if (marker === soi || marker === eoi || marker === sos) return 'broken';
    else if (marker >= 0xc0 && marker <= 0xcf && !noFrames.has(marker)) {
      if (at + 9 > jpeg.length) return 'more';
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else {
      const length = view.getUint16(at + 2);
      if (length < 2) return 'broken';
      at += 2 + length;
    }
  }
}
