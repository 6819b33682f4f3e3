/** Something that changes. `current` is undefined until its first value is known (show a skeleton). */
export interface Live<T> {
  readonly current: T | undefined;
  /** Runs at each later change. The returned function ends it; the last one to leave lets go of the source. */
  subscribe(run: (value: T) => void): () => void;
}

/** A `Live` that its owner sets. Values are immutable: set a new one. */
export class Cell<T> implements Live<T> {
  #current: T | undefined;
  /** One entry for each subscription: the same function may subscribe twice. */
  readonly #runs = new Set<{ readonly run: (value: T) => void }>();
  readonly #onObserved: (() => () => void) | undefined;
  #stop: (() => void) | undefined;

  /** `onObserved` runs when the first subscriber comes; what it returns runs when the last one has left. */
  constructor(initial?: T, onObserved?: () => () => void) {
    this.#current = initial;
    this.#onObserved = onObserved;
  }

  get current(): T | undefined {
    return this.#current;
  }

  set(value: T): void {
    if (Object.is(value, this.#current)) return;
    this.#current = value;
    // Who leaves while another is told is told no more.
    for (const one of [...this.#runs]) if (this.#runs.has(one)) one.run(value);
  }

  subscribe(run: (value: T) => void): () => void {
    const one = { run };
    this.#runs.add(one);
    if (this.#runs.size === 1) this.#stop = this.#onObserved?.();
    return () => {
      if (!this.#runs.delete(one) || this.#runs.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }
}
