import { Failure } from './failure.ts';

/** One thing asked of the engine at a time, and why the last one failed. */
export class Attempt {
  #busy = $state(false);
  #failure = $state.raw<Failure>();

  get busy(): boolean {
    return this.#busy;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** What failed before is no longer said. */
  clear(): void {
    this.#failure = undefined;
  }

  /** What came of it; null where `failure` says why nothing did, or something else is under way. */
  async run<T>(command: () => Promise<T>): Promise<{ readonly done: T } | null> {
    if (this.#busy) return null;
    this.#busy = true;
    this.#failure = undefined;
    try {
      return { done: await command() };
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return null;
    } finally {
      this.#busy = false;
    }
  }
}
