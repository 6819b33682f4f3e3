import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Verification as Port } from '$lib/matrix/ports';
import type { Verification } from '$lib/matrix/values';

/** One's own devices prove to be that, one to the other. */
export class Verifying {
  readonly #port: Port;
  readonly #state: Following<Verification | null>;
  readonly #attempt = new Attempt();

  constructor(port: Port) {
    this.#port = port;
    this.#state = new Following(port.state());
  }

  /** null: nothing is under way. */
  get state(): Verification | null {
    return this.#state.current ?? null;
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  /** Asks one's other devices, or a certain one. */
  async begin(device?: string): Promise<void> {
    await this.#attempt.run(() => this.#port.begin(device));
  }

  async accept(): Promise<void> {
    await this.#attempt.run(() => this.#port.accept());
  }

  async confirm(): Promise<void> {
    await this.#attempt.run(() => this.#port.confirm());
  }

  async different(): Promise<void> {
    await this.#attempt.run(() => this.#port.cancel('different'));
  }

  /** Declines, stops, or takes note of how it ended. */
  async leave(): Promise<void> {
    const state = this.state?.state;
    const isOver = state === 'done' || state === 'ended';
    await this.#attempt.run(() => (isOver ? this.#port.dismiss() : this.#port.cancel('declined')));
  }
}
