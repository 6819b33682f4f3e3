/** One way of a link, as a machine that only computes: when does a packet arrive, if it does. Times in ms. */
export type LinkSettings = {
  /** What a packet takes at least, ms. */
  readonly delay: number;
  /** Up to so many ms earlier or later, evenly; packets never overtake. */
  readonly jitter: number;
  /** Share of packets that vanish, 0 to 1. */
  readonly loss: number;
  /** Bits a second in millions. */
  readonly mbit: number;
  /** Nothing passes. */
  readonly cut: boolean;
};
export type Counts = { readonly passed: number; readonly dropped: number };

export const clear: LinkSettings = { delay: 0, jitter: 0, loss: 0, mbit: Infinity, cut: false };

/** A queue longer than this overflows, as in a router of the street. */
const queueMs = 400;

export class Way {
  settings = clear;
  readonly #random: () => number;
  /** When the wire has sent all that it took. */
  #free = 0;
  /** When the last packet taken arrives. */
  #last = 0;
  #passed = 0;
  #dropped = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get counts(): Counts {
    return { passed: this.#passed, dropped: this.#dropped };
  }

  /** When a packet of `bytes` that enters at `now` comes out; null where it is lost. */
  accept(bytes: number, now: number): number | null {
    const { delay, jitter, loss, mbit, cut } = this.settings;
    const sent = Math.max(this.#free, now) + (bytes * 8) / (mbit * 1000);
    // A lost packet is lost on the wire, so it takes its time there; one that finds the queue full does not.
    if (cut || sent - now > queueMs) return this.#drop();
    this.#free = sent;
    if (this.#random() < loss) return this.#drop();
    this.#passed++;
    this.#last = Math.max(this.#last, sent + delay + (this.#random() * 2 - 1) * jitter);
    return this.#last;
  }

  #drop(): null {
    this.#dropped++;
    return null;
  }
}
