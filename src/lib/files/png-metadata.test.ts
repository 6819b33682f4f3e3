import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barePng } from './png-metadata';
import { onlyOrientation } from './orientation';

const signs = (text: string) => [...text].map((sign) => sign.charCodeAt(0));
const long = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const chunk = (type: string, ...data: number[]) => {
  const proved = [...signs(type), ...data];
  return [...long(data.length), ...proved, ...long(crc32(Uint8Array.from(proved)))];
};
const start = [0x89, ...signs('PNG\r\n\u001a\n')];
const head = chunk('IHDR', ...long(2), ...long(1), 8, 2, 0, 0, 0);
const [data, end] = [chunk('IDAT', 1, 2, 3), chunk('IEND')];
const make = (...chunks: readonly number[][]) => Uint8Array.from([...start, ...chunks.flat()]);
const bytesOf = async (blob: Blob | null) => (blob ? [...new Uint8Array(await blob.arrayBuffer())] : null);
const place = chunk('eXIf', ...onlyOrientation(1), ...signs('41.4N 2.1E'));
const said = ['tEXt', 'zTXt', 'iTXt', 'tIME', 'iDOT', 'zzZz'].map((type) =>
  chunk(type, ...signs('XML:com.adobe.xmp\0x'))
);

describe('a PNG', () => {
  it('goes without what stands in it besides the picture, and what lies behind its end', async () => {
    const png = make(head, ...said, place, data, ...said, end, signs('what was cut off'));
    expect(await bytesOf(barePng(png))).toEqual([...make(head, data, end)]);
    expect(barePng(png)?.type).toBe('image/png');
  });

  it('keeps its colours, the size of its pixels and how it moves', async () => {
    const kept = 'gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT PLTE tRNS bKGD pHYs acTL fcTL'
      .split(' ')
      .map((type) => chunk(type, 7));
    const png = make(head, ...kept, data, chunk('fcTL', 1), chunk('fdAT', 2), end);
    expect(await bytesOf(barePng(png))).toEqual([...png]);
  });

  it('is turned as it was, once, where it was said', async () => {
    const turned = (value: number) => chunk('eXIf', ...onlyOrientation(value));
    const noted = chunk('eXIf', ...onlyOrientation(6), ...signs('41.4N 2.1E'));
    const left = await bytesOf(barePng(make(head, noted, data, turned(3), end)));
    expect(left).toEqual([...make(head, turned(6), data, end)]);
    expect(await bytesOf(barePng(Uint8Array.from(left ?? [])))).toEqual(left);
  });

  it('that cannot be taken apart is none', () => {
    expect(barePng(Uint8Array.from(signs('no picture')))).toBeNull();
    expect(barePng(make(head, data))).toBeNull();
    expect(barePng(make(head, [255, 255, 255, 255, ...signs('IDAT'), 0, 0, 0, 0], end))).toBeNull();
    expect(barePng(make(head, chunk('\0\0\0\0'), end))).toBeNull();
  });

  it('of any chunks keeps the picture and nothing that was said', async () => {
    const type = fc.constantFrom('IDAT', 'PLTE', 'gAMA', 'tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf', 'prVt');
    const some = fc.array(fc.tuple(type, fc.uint8Array({ maxLength: 40 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(some, fc.uint8Array({ maxLength: 20 }), async (chunks, behind) => {
        const made = chunks.map(([name, content]) => ({ name, bytes: chunk(name, ...content) }));
        const png = make(head, ...made.map(({ bytes }) => bytes), end, [...behind]);
        const kept = made.filter(({ name }) => ['IDAT', 'PLTE', 'gAMA'].includes(name)).map(({ bytes }) => bytes);
        const bare = [...make(head, ...kept, end)];
        const left = await bytesOf(barePng(png));
        if (left?.length === bare.length) expect(left).toEqual(bare);
        else expect(left).toHaveLength(bare.length + chunk('eXIf', ...onlyOrientation(1)).length);
        expect(await bytesOf(barePng(Uint8Array.from(left ?? [])))).toEqual(left);
      })
    );
  });

  it('of any bytes breaks nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 60 }), (bytes, exif) => {
        barePng(Uint8Array.from([...start, ...bytes]));
        expect(barePng(make(head, chunk('eXIf', ...exif), data, end))).not.toBeNull();
      })
    );
  });
});
