/** How often something may be done for each of many: `burst` at once, then one each `every` ms. */
export class Pace {
  readonly #burst: number;
  readonly #every: number;
  readonly #now: () => number;
  /** When all that was spent is there again, ms. */
  readonly #full = new Map<string, number>();

  constructor({ burst, every }: { burst: number; every: number }, now: () => number = Date.now) {
    this.#burst = burst;
    this.#every = every;
    this.#now = now;
  }

  /** Counts one try, where it is allowed. */
  allows(key: string): boolean {
    const now = this.#now();
    for (const [other, full] of this.#full) if (full <= now) this.#full.delete(other);
    const full = Math.max(now, this.#full.get(key) ?? 0) + this.#every;
    if (full > now + this.#burst * this.#every) return false;
    this.#full.set(key, full);
    return true;
  }
}
