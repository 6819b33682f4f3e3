import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Hearing as Port } from '$lib/matrix/ports';
import type { Heard, UserId } from '$lib/matrix/values';

/** Of what one wants to hear, wherever it is said, and of whom one does not. */
export class Hearing {
  readonly #port: Port;
  readonly #heard: Following<Heard>;
  readonly #attempt = new Attempt();
  /** A word that is being written. */
  word = $state('');

  constructor(port: Port) {
    this.#port = port;
    this.#heard = new Following(port.state());
  }

  get words(): readonly string[] {
    return this.#heard.current?.words ?? [];
  }

  get quiet(): readonly UserId[] {
    return this.#heard.current?.quiet ?? [];
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  async add(): Promise<void> {
    const word = this.word.trim();
    if (word === '') return;
    if (this.words.includes(word) || (await this.#attempt.run(() => this.#port.setWord(word, true)))) this.word = '';
  }

  async drop(word: string): Promise<void> {
    await this.#attempt.run(() => this.#port.setWord(word, false));
  }

  async silence(person: UserId, quiet: boolean): Promise<void> {
    await this.#attempt.run(() => this.#port.setQuiet(person, quiet));
  }
}
