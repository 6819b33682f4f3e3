import { onlyOrientation, orientationIn } from './orientation';

/** Markers of a JPEG (ITU-T T.81, table B.1). */
const [soi, eoi, sos, com, app0] = [0xd8, 0xd9, 0xda, 0xfe, 0xe0];
/** Of the application segments, those without which it would look otherwise: JFIF, the colour profile, Adobe's transform. */
const needed = new Set([app0, app0 + 2, app0 + 14]);
const exif = app0 + 1;

type Segment = { readonly marker: number; readonly from: number; readonly to: number };

/** A JPEG without small pictures of it from before it was cut, films behind its end and the like; null: it cannot be taken apart. */
export function bareJpeg(jpeg: Uint8Array<ArrayBuffer>): Blob | null {
  const segments = segmentsOf(jpeg);
  if (!segments) return null;
  const turned = segments.filter(({ marker }) => marker === exif).map((one) => turnIn(jpeg.subarray(one.from, one.to)));
  const orientation = turned.find((value) => value !== null && value !== 1);
  const kept = segments.filter(({ marker }) => {
    const isApplication = marker >= app0 && marker <= app0 + 15;
    return marker !== com && (!isApplication || needed.has(marker));
  });
  const parts = kept.map(({ from, to }) => jpeg.subarray(from, to));
  const turn = orientation ? [exifOf(orientation)] : [];
  return new Blob([jpeg.subarray(0, 2), ...turn, ...parts], { type: 'image/jpeg' });
}

/** All segments behind the first marker, each with what follows it up to the next; the last is the end of the image. */
function segmentsOf(jpeg: Uint8Array): readonly Segment[] | null {
  if (jpeg[0] !== 0xff || jpeg[1] !== soi) return null;
  const segments: Segment[] = [];
  for (let at = 2; at + 1 < jpeg.length;) {
    const marker = jpeg[at + 1] ?? 0;
    if (jpeg[at] !== 0xff) return null;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === eoi) return [...segments, { marker, from: at, to: at + 2 }];
    const length = ((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0);
    if (length < 2) return null;
    let to = at + 2 + length;
    if (marker === sos) to = scanEnd(jpeg, to);
    segments.push({ marker, from: at, to });
    at = to;
  }
  return null;
}

/** Where the coded picture ends: at a marker that is none of those within it. */
function scanEnd(jpeg: Uint8Array, from: number): number {
  for (let at = from; ; at++) {
    at = jpeg.indexOf(0xff, at);
    if (at < 0) return jpeg.length;
    const next = jpeg[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
}

/** Marker, length, «Exif» and two zeros stand before what is said. */
const prefix = [0xff, exif, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0] as const;

const turnIn = (segment: Uint8Array): number | null =>
  [4, 5, 6, 7].every((at) => segment[at] === prefix[at]) ? orientationIn(segment.subarray(prefix.length)) : null;

const exifOf = (orientation: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(...prefix, ...onlyOrientation(orientation));
