import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onlyOrientation } from './orientation';
import { bareWebp } from './webp-metadata';

const signs = (text: string) => [...text].map((sign) => sign.charCodeAt(0));
const long = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
const chunk = (type: string, ...data: number[]) => [
  ...signs(type),
  ...long(data.length),
  ...data,
  ...(data.length % 2 ? [0] : [])
];
const make = (...chunks: readonly number[][]) => {
  const all = chunks.flat();
  return Uint8Array.from([...signs('RIFF'), ...long(all.length + 4), ...signs('WEBP'), ...all]);
};
/** Colours, transparent, Exif, XMP, moves: what the bits say (RFC 9649, 2.7). */
const head = (flags: number) => chunk('VP8X', flags, 0, 0, 0, 1, 0, 0, 0, 0, 0);
const picture = chunk('VP8 ', 1, 2, 3);
const bytesOf = async (blob: Blob | null) => (blob ? [...new Uint8Array(await blob.arrayBuffer())] : null);
const exif = (orientation: number, ...more: number[]) => chunk('EXIF', ...onlyOrientation(orientation), ...more);
const [xmp, unknown] = [chunk('XMP ', ...signs('<x/>')), chunk('mine', ...signs('my house'))];

describe('a WebP', () => {
  it('goes without what stands in it besides the picture, and what lies behind its end', async () => {
    const webp = make(head(0x3e), chunk('ICCP', 7), picture, unknown, exif(1, ...signs('41.4N 2.1E')), xmp);
    const left = bareWebp(Uint8Array.from([...webp, ...signs('a film')]));
    expect(await bytesOf(left)).toEqual([...make(head(0x32), chunk('ICCP', 7), picture)]);
    expect(left?.type).toBe('image/webp');
  });

  it('of one part, or one that moves, is what it was', async () => {
    const moving = make(head(0x12), chunk('ANIM', 1, 2, 3, 4, 0, 0), chunk('ANMF', 1, 2), chunk('ANMF', 3));
    const plain = [make(picture), make(chunk('VP8L', 1, 2)), make(head(0x10), chunk('ALPH', 1), picture), moving];
    for (const webp of plain) expect(await bytesOf(bareWebp(webp))).toEqual([...webp]);
  });

  it('is turned as it was, where its head says so', async () => {
    const turned = make(head(0x0c), picture, exif(8, ...signs('41.4N 2.1E')), xmp);
    const left = await bytesOf(bareWebp(turned));
    expect(left).toEqual([...make(head(0x08), picture, exif(8))]);
    expect(await bytesOf(bareWebp(Uint8Array.from(left ?? [])))).toEqual(left);
    expect(await bytesOf(bareWebp(make(head(0), picture, exif(8))))).toEqual([...make(head(0), picture)]);
    expect(await bytesOf(bareWebp(make(picture, exif(8))))).toEqual([...make(picture)]);
  });

  it('that cannot be taken apart is none', () => {
    expect(bareWebp(Uint8Array.from(signs('no picture at all, and long')))).toBeNull();
    expect(bareWebp(make(head(0), picture).subarray(0, -1))).toBeNull();
    expect(bareWebp(make(xmp, picture))).toBeNull();
    expect(bareWebp(make(picture, [...signs('VP8 '), ...long(0xffffffff)]))).toBeNull();
  });

  it('of any parts keeps the picture and nothing that was said', async () => {
    const type = fc.constantFrom('VP8 ', 'ALPH', 'ANMF', 'EXIF', 'XMP ', 'mine');
    const some = fc.array(fc.tuple(type, fc.uint8Array({ maxLength: 40 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(some, fc.integer({ min: 0, max: 255 }), async (parts, flags) => {
        const made = parts.map(([name, content]) => ({ name, bytes: chunk(name, ...content) }));
        const kept = made.filter(({ name }) => /^(?:VP8 |ALPH|ANMF)$/.test(name)).map(({ bytes }) => bytes);
        const left = await bytesOf(bareWebp(make(head(flags), ...made.map(({ bytes }) => bytes))));
        const bare = [...make(head(flags & ~0x0c), ...kept)];
        if (left?.length === bare.length) expect(left).toEqual(bare);
        else expect(left?.slice(0, -exif(1).length).slice(30)).toEqual(bare.slice(30));
        expect(await bytesOf(bareWebp(Uint8Array.from(left ?? [])))).toEqual(left);
      })
    );
  });

  it('of any bytes breaks nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 60 }), (bytes, noted) => {
        bareWebp(make([...bytes]));
        bareWebp(Uint8Array.from([...signs('RIFF'), ...bytes]));
        expect(bareWebp(make(head(8), picture, chunk('EXIF', ...noted)))).not.toBeNull();
      })
    );
  });
});
