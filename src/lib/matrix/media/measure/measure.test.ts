import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeIn, telling } from './measure.ts';
import * as made from '../testing/pictures.ts';

const kinds = Object.entries(made.pictures);

describe.each(kinds)('%s', (_name, make) => {
  const side = fc.integer({ min: 1, max: 16_000 });

  it('says how large it is', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        expect(shapeIn(make(width, height))).toEqual({ width, height });
      })
    );
  });

  it('says it once, however much of it is there: more of it is asked for until then', () => {
    const whole = make(640, 480);
    const read = Array.from({ length: whole.length - telling + 1 }, (_, more) =>
      shapeIn(whole.subarray(0, telling + more))
    );
    const known = read.findIndex((found) => found !== 'more');
    expect(read.slice(0, known)).toEqual(read.slice(0, known).map(() => 'more'));
    expect(read.slice(known)).toEqual(read.slice(known).map(() => ({ width: 640, height: 480 })));
  });

  it('of any bytes behind its beginning breaks nothing', () => {
    const whole = make(640, 480);
    fc.assert(
      fc.property(fc.nat(whole.length), fc.uint8Array({ maxLength: 200 }), (at, bytes) => {
        const found = shapeIn(Uint8Array.from([...whole.subarray(0, at), ...bytes]));
        expect(['string', 'object']).toContain(typeof found);
      }),
      { numRuns: 500 }
    );
  });
});

describe('what is hidden is found', () => {
  const { bytes, signs, box, long } = made;

  it('a JPEG of 4 000 million pixels behind what a decoder passes over', () => {
    const frame = [0xff, 0xc2, 0, 17, 8, 0xff, 0xff, 0xff, 0xff];
    const note = [0xff, 0xe1, 0, 6, 0xff, 0xc0, 0, 0];
    const jpeg = bytes([0xff, 0xd8, 0xff, 0xff, 0xff, 0xe0, 0, 4, 1, 2], note, [7, 0xff, 0, 9, 0xff, 0xd0], frame);
    expect(shapeIn(jpeg)).toEqual({ width: 65_535, height: 65_535 });
  });

  it('a GIF whose first picture is larger than its screen', () => {
    const note = [0x21, 0xfe, 3, 1, 2, 3, 1, 0x2c, 0];
    const picture = [0x2c, 1, 0, 2, 0, 0xff, 0xff, 0xfe, 0xff, 0];
    const gif = bytes(signs('GIF89a'), [1, 0, 1, 0, 0x80, 0, 0], [1, 2, 3, 4, 5, 6], note, picture);
    expect(shapeIn(gif)).toEqual({ width: 65_536, height: 65_536 });
  });

  it('an AVIF whose brand stands last, with a large picture among small ones, and one that moves', () => {
    const others = Array.from({ length: 100 }, () => 'none').join('');
    const type = box('ftyp', signs(`mif2\0\0\0\0${others}avif`));
    const measures = (side: number) => box('ispe', long(0), long(side), long(side));
    const of = (...parts: number[][]) => box('meta', long(0), box('iprp', box('ipco', ...parts)));
    expect(shapeIn(bytes(type, of(measures(10), measures(90_000), measures(20))))).toMatchObject({ width: 90_000 });
    const moving = box('ftyp', signs('avis\0\0\0\0'));
    const track = box('moov', box('trak', box('tkhd', [1, 2, 3], long(60_000 * 65_536), long(50_000 * 65_536))));
    expect(shapeIn(bytes(moving, of(measures(10)), box('mdat', [1, 2, 3]), track))).toEqual({
      width: 60_000,
      height: 50_000
    });
  });

  it('an AVIF of endless depth ends', () => {
    const depth = 100_000;
    const deep = Array.from({ length: depth }, (_, at) => [...long((depth - at) * 12), ...signs('meta'), ...long(0)]);
    expect(shapeIn(bytes(box('ftyp', signs('avif\0\0\0\0')), deep.flat()))).toBe('broken');
  });

  it('what says that it is a picture and never says how large', () => {
    const { png } = made.pictures;
    expect(shapeIn(bytes([...png(1, 1).subarray(0, 12)], signs('IDAT'), long(0), long(0), long(0)))).toBe('broken');
    expect(shapeIn(bytes([0xff, 0xd8, 0xff, 0xd9], long(0), long(0), long(0)))).toBe('broken');
    expect(shapeIn(bytes(signs('RIFFxxxxWEBPALPH'), long(0), long(0), long(0), long(0)))).toBe('broken');
  });
});

it('a film, a sound and a text are no pictures', () => {
  const { bytes, signs, box, long } = made;
  const film = bytes(box('ftyp', signs('mp42\0\0\0\0isom')), box('mdat', long(1)));
  for (const other of [
    film,
    bytes(signs('OggS and what follows it')),
    bytes(signs('the minutes of our meeting')),
    bytes([])
  ])
    expect(shapeIn(other)).toBe('none');
});
