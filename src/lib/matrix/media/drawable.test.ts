import { describe, expect, it } from 'vitest';
import { judge, judgeStream } from './drawable.ts';
import { mostPixels } from './shown-as.ts';
import { bytes, pictures, signs } from './testing/pictures.ts';

const side = Math.sqrt(mostPixels);

/** A stream of parts of 16 bytes, and how many were asked for. */
function streamed(file: Uint8Array<ArrayBuffer>) {
  const asked = { parts: 0, ended: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const at = 16 * asked.parts++;
        if (at < file.length) controller.enqueue(file.slice(at, at + 16));
        else controller.close();
      },
      cancel() {
        asked.ended = true;
      }
    },
    { highWaterMark: 0 }
  );
  return { asked, stream };
}

describe.each(Object.entries(pictures))('%s', (_name, make) => {
  const sides = { small: make(640, 480), large: make(16_000, 16_000) };

  it('is drawn where there is memory for it', async () => {
    expect([judge(sides.small), judge(sides.large)]).toEqual(['drawable', 'too-many-pixels']);
    const both = [streamed(sides.small).stream, streamed(sides.large).stream];
    expect(await Promise.all(both.map(judgeStream))).toEqual(['drawable', 'too-many-pixels']);
  });

  it('that ends before it says how large it is is none', async () => {
    const cut = sides.small.subarray(0, 18);
    expect([judge(cut), await judgeStream(streamed(cut).stream)]).toEqual(['broken', 'broken']);
  });
});

it('a picture as large as may be is drawn, and none that is larger', () => {
  expect([judge(pictures.png(side, side)), judge(pictures.png(side, side + 1))]).toEqual([
    'drawable',
    'too-many-pixels'
  ]);
  expect(judge(pictures.png(1, mostPixels))).toBe('drawable');
  // What would be less than nothing where somebody counts in 32 bits.
  expect(judge(pictures.png(2 ** 31 - 1, 2 ** 31 - 1))).toBe('too-many-pixels');
});

it('no more is read than it takes', async () => {
  const long = 100_000;
  const { asked, stream } = streamed(
    bytes(
      [...pictures.png(640, 480)],
      Array.from({ length: long }, () => 0)
    )
  );
  expect(await judgeStream(stream)).toBe('drawable');
  expect(asked).toEqual({ parts: 2, ended: true });
  const text = streamed(bytes(signs('no picture'.repeat(long / 10))));
  expect(await judgeStream(text.stream)).toBe('drawable');
  expect(text.asked).toEqual({ parts: 1, ended: true });
});

it('what is no picture is not judged', async () => {
  for (const other of [bytes(), bytes(signs('<svg width="100000" height="100000"/>'))]) {
    expect(judge(other)).toBe('drawable');
    expect(await judgeStream(streamed(other).stream)).toBe('drawable');
  }
});

it('what breaks on its way is nobody’s fault', async () => {
  const stream = new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) });
  await expect(judgeStream(stream)).rejects.toThrow('cut');
});
