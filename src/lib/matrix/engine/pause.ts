/** Waits `ms`, or less: `wake` ends every pause at once. One per loop; it lives as long as `life`. */
export class Pause {
  readonly #life: AbortSignal;
  #end: (() => void) | undefined;

  constructor(life: AbortSignal) {
    this.#life = life;
    life.addEventListener('abort', () => this.wake(), { once: true });
  }

  for(ms: number): Promise<void> {
    if (this.#life.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#end = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  wake(): void {
    this.#end?.();
    this.#end = undefined;
  }
}

/** Waits of 1, 2, 4 … 60 s with a jitter of a fifth, so that a street does not come back in one instant. */
export class BackOff {
  #failures = 0;

  /** ms until the next try; `atLeast` is what the server asked for. */
  next(atLeast = 0): number {
    const base = Math.min(1000 * 2 ** this.#failures++, 60_000);
    return Math.max(atLeast, base * (0.9 + Math.random() * 0.2));
  }

  reset(): void {
    this.#failures = 0;
  }
}
