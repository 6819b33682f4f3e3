/** Heads of pictures, as far as they say how large one is. */

export const bytes = (...parts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flat());
export const signs = (text: string): number[] => [...text].map((sign) => sign.charCodeAt(0));
/** The first byte counts most; in PNG, JPEG and ISO files. */
export const long = (value: number): number[] => [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) & 255);
const short = (value: number) => long(value).slice(2);
const shortOf = (value: number) => short(value).reverse();
const longOf = (value: number) => long(value).reverse();
/** A part of an ISO file. */
export const box = (type: string, ...parts: readonly (readonly number[])[]): number[] => {
  const content = parts.flat();
  return [...long(content.length + 8), ...signs(type), ...content];
};
const riff = (type: string, content: readonly number[]) =>
  bytes(signs('RIFF'), longOf(content.length + 12), signs('WEBP'), signs(type), longOf(content.length), content);
const some = Array.from({ length: 40 }, (_, at) => at);

/** One of each kind, with something behind it. */
export const pictures = {
  png: (width: number, height: number) =>
    bytes([0x89], signs('PNG\r\n\u001a\n'), long(13), signs('IHDR'), long(width), long(height), [8, 6, 0, 0, 0], some),
  jpeg: (width: number, height: number) =>
    bytes(
      [0xff, 0xd8, 0xff, 0xe0, 0, 16, ...signs('JFIF\0'), 1, 2, 0, 0, 1, 0, 1, 0, 0],
      [0xff, 0xc4, 0, 4, 0xff, 0xc0],
      [0xff, 0xc0, 0, 17, 8, ...short(height), ...short(width), 3],
      some
    ),
  gif: (width: number, height: number) =>
    bytes(
      [...signs('GIF89a'), ...shortOf(width), ...shortOf(height), 0x91, 0, 0, ...some.slice(0, 12)],
      [0x21, 0xff, 11, ...signs('NETSCAPE2.0'), 3, 1, 0, 0, 0],
      [0x2c, 0, 0, 0, 0, ...shortOf(width), ...shortOf(height), 0],
      some
    ),
  'webp with loss': (width: number, height: number) =>
    riff('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, ...shortOf(width), ...shortOf(height), ...some]),
  'webp without loss': (width: number, height: number) => {
    const sides = (width - 1) | ((height - 1) << 14);
    return riff('VP8L', [0x2f, ...longOf(sides), ...some]);
  },
  'webp with more in it': (width: number, height: number) =>
    riff('VP8X', [2, 0, 0, 0, ...longOf(width - 1).slice(0, 3), ...longOf(height - 1).slice(0, 3), ...some]),
  bmp: (width: number, height: number) =>
    bytes(signs('BM'), longOf(0), longOf(0), longOf(54), longOf(40), longOf(width), longOf(2 ** 32 - height), some),
  'older bmp': (width: number, height: number) =>
    bytes(signs('BM'), longOf(0), longOf(0), longOf(26), longOf(12), shortOf(width), shortOf(height), some),
  avif: (width: number, height: number) =>
    bytes(
      box('ftyp', signs('avif\0\0\0\0mif1miaf')),
      box(
        'meta',
        long(0),
        box('hdlr', some),
        box('iprp', box('ipco', box('ispe', long(0), long(width), long(height))))
      ),
      box('mdat', some)
    )
};
