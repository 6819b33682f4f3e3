import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { RecoveryPort } from '$lib/matrix/ports';
import type { Recovery } from '$lib/matrix/values';

type Step =
  | { readonly state: 'asking' }
  | { readonly state: 'working' }
  | { readonly state: 'failed'; readonly failure: Failure }
  /** The key is on show, for this once. */
  | { readonly state: 'key'; readonly key: string }
  | { readonly state: 'kept' }
  | { readonly state: 'restored'; readonly count: number };

/** Sets recovery up, or lets this device in. */
export class RecoverySteps {
  readonly #port: RecoveryPort;
  readonly #recovery: Following<Recovery>;
  #step = $state.raw<Step>({ state: 'asking' });
  password = $state('');
  key = $state('');
  /** She says that she has put the key away. */
  kept = $state(false);

  constructor(port: RecoveryPort) {
    this.#port = port;
    this.#recovery = new Following(port.state());
  }

  get recovery(): Recovery | undefined {
    return this.#recovery.current;
  }

  get step(): Step {
    return this.#step;
  }

  get busy(): boolean {
    return this.#step.state === 'working';
  }

  get failure(): Failure | undefined {
    return this.#step.state === 'failed' ? this.#step.failure : undefined;
  }

  async setUp(): Promise<void> {
    if (this.busy || this.password === '') return;
    await this.#try(async () => {
      const { key } = await this.#port.setUp(this.password);
      this.password = '';
      return { state: 'key', key };
    });
  }

  finish(): void {
    if (this.kept) this.#step = { state: 'kept' };
  }

  async restore(): Promise<void> {
    if (this.busy || this.key.trim() === '') return;
    await this.#try(async () => {
      const { restored } = await this.#port.restore(this.key.trim());
      this.key = '';
      return { state: 'restored', count: restored };
    });
  }

  async #try(command: () => Promise<Step>): Promise<void> {
    this.#step = { state: 'working' };
    try {
      this.#step = await command();
    } catch (thrown) {
      this.#step = { state: 'failed', failure: Failure.from(thrown) };
    }
  }
}
