import { Failure } from '../failure.ts';

/** Who wants to hear of something. One that fails is logged: the others hear all the same, and the teller goes on. */
export class Listeners<Listener> {
  readonly #all = new Set<{ readonly listener: Listener }>();

  /** Returns the way to leave. */
  add(listener: Listener): () => void {
    const one = { listener };
    this.#all.add(one);
    return () => void this.#all.delete(one);
  }

  tell(say: (listener: Listener) => void): void {
    for (const one of [...this.#all]) {
      if (!this.#all.has(one)) continue;
      try {
        say(one.listener);
      } catch (thrown) {
        console.error('a listener failed:', Failure.from(thrown).message);
      }
    }
  }
}
