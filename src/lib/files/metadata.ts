/** Markers of a JPEG (ITU-T T.81, table B.1). */
const [soi, eoi, sos, com, app0] = [0xd8, 0xd9, 0xda, 0xfe, 0xe0];
/** Of the application segments, those without which it would look otherwise: JFIF, the colour profile, Adobe's transform. */
const needed = new Set([app0, app0 + 2, app0 + 14]);
const exif = app0 + 1;

type Segment = { readonly marker: number; readonly from: number; readonly to: number };

/**
 * A photo without what a camera writes into it besides the picture: where and when it was taken, by which device, small
 * pictures of it from before it was cut, films behind its end. How it is to be turned stays. null: it is no JPEG that can be
 * taken apart.
 */
export function withoutMetadata(jpeg: Uint8Array<ArrayBuffer>): Blob | null {
  const segments = segmentsOf(jpeg);
  if (!segments) return null;
  const turned = segments
    .filter(({ marker }) => marker === exif)
    .map((one) => orientationIn(jpeg.subarray(one.from, one.to)));
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

const orientationTag = 0x0112;

/** The tag of an Exif segment (CIPA DC-008, 4.6.4); null where it has none. */
function orientationIn(segment: Uint8Array): number | null {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  // Marker, length, «Exif» and two zeros.
  const tiff = 10;
  if (segment.byteLength < tiff + 8 || view.getUint32(4) !== 0x45786966) return null;
  const little = view.getUint16(tiff) === 0x4949;
  const first = tiff + view.getUint32(tiff + 4, little);
  if (first + 2 > segment.byteLength) return null;
  const count = view.getUint16(first, little);
  for (let entry = first + 2; entry < first + 2 + count * 12 && entry + 12 <= segment.byteLength; entry += 12) {
    if (view.getUint16(entry, little) !== orientationTag) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** An Exif segment that says how the picture is to be turned, and nothing else. */
const exifOf = (orientation: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(
    ...[0xff, exif, 0, 34],
    ...[0x45, 0x78, 0x69, 0x66, 0, 0],
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
    ...[0, 1, orientationTag >> 8, orientationTag & 0xff, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0]
  );
