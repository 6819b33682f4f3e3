const tag = 0x0112;

/** How Exif says that a picture is to be turned, from 1 to 8 (CIPA DC-008, 4.6.4); null where it does not. */
export function orientationIn(tiff: Uint8Array): number | null {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.byteLength < 8) return null;
  const little = view.getUint16(0) === 0x4949;
  const first = view.getUint32(4, little);
  if (first + 2 > tiff.byteLength) return null;
  const count = view.getUint16(first, little);
  for (let entry = first + 2; entry < first + 2 + count * 12 && entry + 12 <= tiff.byteLength; entry += 12) {
    if (view.getUint16(entry, little) !== tag) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** Exif that says how a picture is to be turned, and nothing else. */
export const onlyOrientation = (orientation: number): readonly number[] => [
  ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
  ...[0, 1, tag >> 8, tag & 0xff, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
  ...[0, 0, 0, 0]
];
