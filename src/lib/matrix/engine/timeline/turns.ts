import { Failure } from '../../failure.ts';

/** Works that are done one after the other until its life ends: opening an encrypted event takes time, and order must hold. */
export class Turns {
  readonly #name: string;
  readonly #life: AbortSignal;
  readonly #after: () => void;
  #last: Promise<void> = Promise.resolve();

  /** `after` runs after each; `name` is for the log. */
  constructor(name: string, life: AbortSignal, after: () => void) {
    this.#name = name;
    this.#life = life;
    this.#after = after;
  }

  /** Resolves when it is done, well or not, or will never be. */
  add(work: () => Promise<void>): Promise<void> {
    return this.ask(work).catch((thrown) => console.error(this.#name, Failure.from(thrown).message));
  }

  /** The same for who wants to know what went wrong. */
  ask(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(() => (this.#life.aborted ? undefined : work())).finally(this.#after);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
