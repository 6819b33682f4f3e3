import { Following } from './following.svelte.ts';
import type { Live } from './live.ts';
import type { Range, Slice } from './values.ts';

const block = 40;

/**
 * A long list of which only the part on show crosses over. While a new part is on its way the one before stays, so
 * that nothing flickers; rows that are not here yet are undefined.
 */
export class Windowed<T> {
  readonly #open: (range: Range) => Live<Slice<T>>;
  #range = $state.raw<Range>({ start: 0, end: block });
  #held: Slice<T> | undefined;
  readonly #feed = $derived.by(() => new Following(this.#open(this.#range)));
  readonly #slice = $derived.by(() => {
    this.#held = this.#feed.current ?? this.#held;
    return this.#held;
  });

  constructor(open: (range: Range) => Live<Slice<T>>) {
    this.#open = open;
  }

  /** Undefined until the first part is here. */
  get slice(): Slice<T> | undefined {
    return this.#slice;
  }

  get total(): number {
    return this.#slice?.total ?? 0;
  }

  at(index: number): T | undefined {
    return this.#slice?.rows[index - this.#slice.start];
  }

  /** Asks for the rows from `first` to `last`, in whole blocks so that each step of a scroll asks for nothing. */
  show(first: number, last: number): void {
    const start = Math.max(0, Math.floor(first / block) * block - block / 2);
    const end = Math.ceil((last + 1) / block) * block + block / 2;
    const { start: from, end: to } = this.#range;
    if (first >= from && last < to && to - from <= 4 * block) return;
    this.#range = { start, end };
  }
}
