import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareJpeg } from './jpeg-metadata';

const bytesOf = async (blob: Blob | null) => [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer())];
const segment = (marker: number, ...content: number[]) => [0xff, marker, 0, content.length + 2, ...content];
const text = (said: string) => [...said].map((sign) => sign.charCodeAt(0));
const start = [0xff, 0xd8];
const end = [0xff, 0xd9];
const jfif = segment(0xe0, ...text('JFIF\0'), 1, 2, 0, 0, 1, 0, 1, 0, 0);
const profile = segment(0xe2, ...text('ICC_PROFILE\0'), 1, 1, 7);
const table = segment(0xdb, 0, 1, 2, 3);
/** With a stuffed byte, a restart, and between two scans a table that looks like an end. */
const scans = [
  ...segment(0xda, 1, 1, 0, 0, 63, 0),
  ...[0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56],
  ...segment(0xc4, 0xff, 0xd9),
  ...segment(0xda, 1, 1, 0, 0, 63, 0),
  0x78
];

function exifOf(orientation: number, little: boolean): number[] {
  const short = (value: number) => (little ? [value & 255, value >> 8] : [value >> 8, value & 255]);
  const long = (value: number) => (little ? [...short(value), 0, 0] : [0, 0, ...short(value)]);
  const entry = (tag: number, value: number) => [...short(tag), ...short(3), ...long(1), ...short(value), 0, 0];
  const place = [...short(0x8825), ...short(4), ...long(1), ...long(99)];
  const directory = [...short(3), ...entry(0x0100, 640), ...entry(0x0112, orientation), ...place, ...long(0)];
  return segment(
    0xe1,
    ...text('Exif\0\0'),
    ...(little ? [0x49, 0x49] : [0x4d, 0x4d]),
    ...short(42),
    ...long(8),
    ...directory,
    ...text('41.4N 2.1E')
  );
}
const make = (...parts: readonly number[][]) => Uint8Array.from([start, ...parts, scans, end].flat());

describe('a photo', () => {
  it('goes without where it was taken, and what lies behind its end', async () => {
    const xmp = segment(0xe1, ...text('http://ns.adobe.com/xap/1.0/\0<x/>'));
    const maker = segment(0xed, ...text('Photoshop 3.0\0'));
    const said = segment(0xfe, ...text('my house'));
    const jpeg = Uint8Array.from([...make(jfif, exifOf(1, true), xmp, profile, maker, said, table), ...text('a film')]);
    expect(await bytesOf(bareJpeg(jpeg))).toEqual([...make(jfif, profile, table)]);
  });

  it.each([true, false])('is turned as it was, little end first: %s', async (little) => {
    const left = await bytesOf(bareJpeg(make(exifOf(6, little), table)));
    expect(left.slice(0, 4)).toEqual([0xff, 0xd8, 0xff, 0xe1]);
    expect(String.fromCharCode(...left)).not.toContain('41.4N');
    // Read once more it is the same: what was written is well formed.
    expect(await bytesOf(bareJpeg(Uint8Array.from(left)))).toEqual(left);
    expect(left).toHaveLength(make(table).length + 36);
  });

  it('that cannot be taken apart is none', () => {
    expect(bareJpeg(Uint8Array.from(text('no photo')))).toBeNull();
    expect(bareJpeg(make(table).subarray(0, -2))).toBeNull();
    expect(bareJpeg(Uint8Array.from([...start, 0xff, 0xdb, 0, 0]))).toBeNull();
  });

  it('of any bytes breaks nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        bareJpeg(Uint8Array.from([...start, ...bytes]));
        bareJpeg(make([0xff, 0xe1, 0, bytes.length + 2, ...bytes]));
      })
    );
  });
});
