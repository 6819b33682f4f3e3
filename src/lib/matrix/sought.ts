import { folded } from './folded.ts';

const edges = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
/** Scripts that set no space between words. */
const unspaced = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const ascii = /^[\0-\x7f]*$/;

type Stretch = readonly [start: number, end: number];

/** Most that is looked for at once, in words and in signs: somebody's whole letter is no search. */
const [mostWords, longest] = [16, 200];

/** The words of what one looks for, without case and accents. Signs alone, such as an emoji, stand for themselves. */
export const wordsIn = (term: string): readonly string[] => [
  ...new Set(
    folded(term.slice(0, longest))
      .split(/\s+/)
      .map((word) => word.replace(edges, '') || word)
      .filter((word) => word !== '')
      .slice(0, mostWords)
  )
];

/** What one looks for in texts: each of its words, at the beginning of a word there. */
export class Sought {
  readonly words: readonly string[];
  readonly #patterns: readonly { readonly word: string; readonly at: RegExp }[];

  /** Words as of `wordsIn`. */
  constructor(words: readonly string[]) {
    this.words = words;
    this.#patterns = words.map((word) => ({ word, at: patternOf(word) }));
  }

  /** Whether a text holds all of the words. */
  isIn(text: string): boolean {
    const plain = ascii.test(text) ? text.toLowerCase() : folded(text);
    return this.#patterns.every(({ word, at }) => {
      at.lastIndex = 0;
      return plain.includes(word) && at.test(plain);
    });
  }

  /** Where the words stand in a text, in its own UTF-16 units, ascending and apart. */
  in(text: string): readonly Stretch[] {
    const { plain, places } = unfolded(text);
    const found = this.#patterns.flatMap(({ at }) =>
      [...plain.matchAll(at)].map(({ 0: word, index }): Stretch => [
        places[index] ?? 0,
        places[index + word.length] ?? text.length
      ])
    );
    const apart: Stretch[] = [];
    for (const [start, end] of found.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
      if (start >= (apart.at(-1)?.[1] ?? 0)) apart.push([start, end]);
    }
    return apart;
  }

  /** One line of a text, `most` signs at most, in which the first of the words stands. */
  around(text: string, most: number): string {
    const line = text.replace(/\s+/g, ' ').trim();
    if (line.length <= most) return line;
    const first = this.in(line)[0]?.[0] ?? 0;
    if (first < most / 2) return `${whole(line.slice(0, most - 1))}…`;
    const space = line.lastIndexOf(' ', first - most / 4);
    const start = space < first - most / 2 ? first - Math.round(most / 4) : space + 1;
    const end = start + most - 2;
    return `…${whole(line.slice(start, end))}${end < line.length ? '…' : ''}`;
  }
}

function patternOf(word: string): RegExp {
  const literal = word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const begins = unspaced.test(word) || !/^[\p{L}\p{N}]/u.test(word) ? '' : '(?<![\\p{L}\\p{N}])';
  return new RegExp(begins + literal, 'gu');
}

/** A text folded, with the place in the text of each of its signs; one more stands for the end. */
function unfolded(text: string): { readonly plain: string; readonly places: readonly number[] } {
  let plain = '';
  const places: number[] = [];
  let at = 0;
  for (const sign of text) {
    const one = folded(sign);
    for (let unit = 0; unit < one.length; unit++) places.push(at);
    plain += one;
    at += sign.length;
  }
  places.push(at);
  return { plain, places };
}

/** Without halves of signs at its ends. */
const whole = (text: string): string => text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '').trim();
