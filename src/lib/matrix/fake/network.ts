import { Failure } from '../failure.ts';
import type { FailureReason } from '../values.ts';

/** The line between one fake browser and its zone, with the faults that a test asks for. */
export class FakeNetwork {
  #online = true;
  readonly #latency: number;
  readonly #failures = new Map<string, FailureReason[]>();
  readonly #held = new Map<string, { readonly released: Promise<void>; readonly release: () => void }>();
  readonly #watchers = new Set<() => void>();

  /** `latency` in ms for each round trip; 0 answers within microtasks. */
  constructor(latency: number) {
    this.#latency = latency;
  }

  get online(): boolean {
    return this.#online;
  }

  /** Nothing comes or goes: commands fail with `unreachable`, the outbox waits, feeds stand still. */
  cut(): void {
    this.#online = false;
    this.#changed();
  }

  restore(): void {
    this.#online = true;
    this.#changed();
  }

  /** The next call of a command (`conversations.create`), or the next delivery (`outbox`), fails so. */
  failNext(what: string, reason: FailureReason): void {
    this.#failures.set(what, [...(this.#failures.get(what) ?? []), reason]);
  }

  /** A command does not answer, a feed has no value, until the returned function is called. */
  hold(what: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = () => {
      this.#held.delete(what);
      resolve();
      this.#changed();
    };
    this.#held.set(what, { released: promise, release });
    this.#changed();
    return release;
  }

  holds(what: string): boolean {
    return this.#held.has(what);
  }

  watch(run: () => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  /** There and back. Fails as asked by `failNext`, with `unreachable` while cut. */
  async trip(what: string): Promise<void> {
    await (this.#latency > 0 ? new Promise((done) => setTimeout(done, this.#latency)) : Promise.resolve());
    await this.#held.get(what)?.released;
    this.stumble(what);
    if (!this.#online) throw new Failure('unreachable', what);
  }

  /** Fails as asked by `failNext`, for what needs no network. */
  stumble(what: string): void {
    const [reason, ...rest] = this.#failures.get(what) ?? [];
    if (!reason) return;
    this.#failures.set(what, rest);
    throw new Failure(reason, `${what} was asked to fail`);
  }

  #changed(): void {
    for (const run of [...this.#watchers]) run();
  }
}
