import { onlyOrientation, orientationIn } from './orientation';

/** RFC 9649, 2.7: those of which the picture is made. Exif, XMP and what nobody knows are none. */
const needed = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L']);
/** RFC 9649, 2.7: bits of the first byte of VP8X. */
const [hasExif, hasXmp] = [0x08, 0x04];

/** `from` is where its name stands; its length follows, and a byte that makes it even. */
type Chunk = { readonly type: string; readonly from: number; readonly to: number };

/** A WebP without Exif, XMP and what lies behind its end; null: it cannot be taken apart. */
export function bareWebp(webp: Uint8Array<ArrayBuffer>): Blob | null {
  const chunks = chunksOf(webp);
  if (!chunks) return null;
  const orientation = orientationOf(webp, chunks);
  const turn = orientation === null || orientation === 1 ? null : exifOf(orientation);
  const parts = chunks
    .filter(({ type }) => needed.has(type))
    .map(({ type, from, to }) =>
      type === 'VP8X' ? flagged(webp.slice(from, to), turn !== null) : webp.subarray(from, to)
    );
  if (turn) parts.push(turn);
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  const head = webp.slice(0, 12);
  new DataView(head.buffer).setUint32(4, length, true);
  return new Blob([head, ...parts], { type: 'image/webp' });
}

/** Browsers look at it only where the head of the file says that it is there. */
function orientationOf(webp: Uint8Array, chunks: readonly Chunk[]): number | null {
  const [head] = chunks;
  const exif = chunks.find(({ type }) => type === 'EXIF');
  if (head?.type !== 'VP8X' || !exif || !((webp[head.from + 8] ?? 0) & hasExif)) return null;
  return orientationIn(webp.subarray(exif.from + 8, exif.to));
}

function chunksOf(webp: Uint8Array): readonly Chunk[] | null {
  const name = (at: number) => String.fromCharCode(...webp.subarray(at, at + 4));
  if (webp.length < 20 || name(0) !== 'RIFF' || name(8) !== 'WEBP') return null;
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  const end = 8 + view.getUint32(4, true);
  if (end > webp.length) return null;
  const chunks: Chunk[] = [];
  for (let from = 12; from < end;) {
    if (from + 8 > end) return null;
    const length = view.getUint32(from + 4, true);
    const to = from + 8 + length + (length & 1);
    if (to > end) return null;
    chunks.push({ type: name(from), from, to });
    from = to;
  }
  return /^VP8[XL ]$/.test(chunks[0]?.type ?? '') ? chunks : null;
}

function flagged(chunk: Uint8Array<ArrayBuffer>, turned: boolean): Uint8Array<ArrayBuffer> {
  const flags = chunk[8] ?? 0;
  chunk[8] = (flags & ~(hasExif | hasXmp)) | (turned ? hasExif : 0);
  return chunk;
}

function exifOf(orientation: number): Uint8Array<ArrayBuffer> {
  const said = onlyOrientation(orientation);
  return Uint8Array.of(0x45, 0x58, 0x49, 0x46, said.length, 0, 0, 0, ...said);
}
