import type { Stir } from '../channel.ts';

/** Waits `ms`, or less: `wake` ends every pause at once. One per loop; it lives as long as `life`. */
export class Pause {
  readonly #life: AbortSignal;
  #end: (() => void) | undefined;

  constructor(life: AbortSignal) {
    this.#life = life;
  }

  for(ms: number): Promise<void> {
    if (this.#life.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => {
      clearTimeout(timer);
      this.#life.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    this.#life.addEventListener('abort', end);
    this.#end = end;
    return promise;
  }

  wake(): void {
    this.#end?.();
    this.#end = undefined;
  }
}

/** ms after which a request that the server should have answered is taken for dead. */
const overdue = 5_000;

/**
 * Whether to leave a request, made at `since`, that the server may hold for `wait` ms: one of before a sleep, or of another
 * network, may be dead without knowing it.
 */
export const isDead = (why: Stir, since: number, wait: number): boolean =>
  why !== 'person' || Math.abs(Date.now() - since) > wait + overdue;

/** However long a server asks us to stay away: it may have meant seconds, and timers hold no more than 25 days. */
const longest = 3_600_000;

/** Waits of 1, 2, 4 … 60 s with a jitter of a fifth, so that a street does not come back in one instant. */
export class BackOff {
  #failures = 0;

  /** ms until the next try; `atLeast` is what the server asked for. */
  next(atLeast = 0): number {
    const base = Math.min(1000 * 2 ** this.#failures++, 60_000);
    return Math.max(Math.min(atLeast, longest), base * (0.9 + Math.random() * 0.2));
  }

  reset(): void {
    this.#failures = 0;
  }
}
