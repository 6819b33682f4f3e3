import type { Found } from './measure/found.ts';
import { shapeIn, telling } from './measure/measure.ts';
import { mostPixels } from './shown-as.ts';

/** Whether a browser is given something to draw, and why not. What is no picture that is known here is not judged. */
export type Verdict = 'drawable' | 'too-many-pixels' | 'broken';

function verdictOf(found: Found): Verdict {
  if (found === 'none') return 'drawable';
  if (typeof found === 'string') return 'broken';
  return found.width * found.height <= mostPixels ? 'drawable' : 'too-many-pixels';
}

/** Judges a file, whatever was said of it. */
export const judge = (whole: Uint8Array): Verdict => verdictOf(shapeIn(whole));

/** Judges a file by its beginning, of which no more is read than it takes. */
export async function judgeStream(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Verdict> {
  const reader = stream.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [length, enough] = [0, telling];
  for (;;) {
    const { done, value } = await reader.read();
    if (value) {
      parts.push(value);
      length += value.length;
    }
    if (!done && length < enough) continue;
    const found = shapeIn(new Uint8Array(await new Blob(parts).arrayBuffer()));
    if (found !== 'more' || done) {
      // Not waited for: of two that read one stream, one that ends waits for the other.
      void reader.cancel().catch(() => undefined);
      return verdictOf(found);
    }
    enough = length * 2;
  }
}
