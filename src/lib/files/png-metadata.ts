import { onlyOrientation, orientationIn } from './orientation';

/** PNG, third edition, 5.2: what every one begins with. */
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Of the chunks that can be left out, those without which it would look otherwise (PNG, third edition, 11.3): what is
 * transparent, colours, the size of its pixels, how it moves. Texts, times and what nobody has registered are none.
 */
const needed = new Set('tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV mDCv cLLI cLLi bKGD pHYs acTL fcTL fdAT'.split(' '));

/** A chunk has its length before it, and behind it what proves it. */
type Chunk = { readonly type: string; readonly from: number; readonly to: number };

/** A PNG without texts, times and what lies behind its end, where cut pictures were found whole; null: it cannot be taken apart. */
export function barePng(png: Uint8Array<ArrayBuffer>): Blob | null {
  const chunks = chunksOf(png);
  if (!chunks) return null;
  let turned = false;
  const parts = chunks.flatMap(({ type, from, to }) => {
    // A capital: without it there is no picture (5.4).
    if (/^[A-Z]/.test(type) || needed.has(type)) return [png.subarray(from, to)];
    const orientation = type === 'eXIf' && !turned ? orientationIn(png.subarray(from + 8, to - 4)) : null;
    if (orientation === null || orientation === 1) return [];
    turned = true;
    return [chunkOf('eXIf', onlyOrientation(orientation))];
  });
  return new Blob([png.subarray(0, signature.length), ...parts], { type: 'image/png' });
}

function chunksOf(png: Uint8Array): readonly Chunk[] | null {
  if (!signature.every((byte, at) => png[at] === byte)) return null;
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let from = signature.length; from + 12 <= png.length;) {
    const to = from + 12 + view.getUint32(from);
    const type = String.fromCharCode(...png.subarray(from + 4, from + 8));
    if (to > png.length || !/^[A-Za-z]{4}$/.test(type)) return null;
    chunks.push({ type, from, to });
    if (type === 'IEND') return chunks;
    from = to;
  }
  return null;
}

function chunkOf(type: string, data: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.of(
    0,
    0,
    0,
    data.length,
    ...[...type].map((sign) => sign.charCodeAt(0)),
    ...data,
    0,
    0,
    0,
    0
  );
  new DataView(bytes.buffer).setUint32(bytes.length - 4, proofOf(bytes.subarray(4, -4)));
  return bytes;
}

/** PNG, third edition, annex D: CRC-32. */
export function proofOf(bytes: Uint8Array): number {
  let rest = -1;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}
