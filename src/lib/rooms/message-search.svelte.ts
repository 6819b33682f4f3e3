import { Attempt } from '$lib/matrix/attempt.svelte';
import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Search } from '$lib/matrix/ports';
import type { FoundMessages, MessageQuery } from '$lib/matrix/values';

/** What was said that holds what one looks for. */
export class MessageSearch {
  readonly #port: Search;
  readonly #attempt = new Attempt();
  #query = $state.raw<MessageQuery | null>(null);
  readonly #live = $derived.by(() => (this.#query ? new Following(this.#port.messages(this.#query)) : null));
  #held: FoundMessages | undefined;

  constructor(port: Search) {
    this.#port = port;
  }

  /** null: nothing is looked for. */
  look(query: MessageQuery | null): void {
    if (query?.term === this.#query?.term && query?.room === this.#query?.room) return;
    this.#attempt.clear();
    this.#query = query;
  }

  /** What was found before stays until the first answer is here; undefined before that, and where nothing is looked for. */
  readonly found: FoundMessages | undefined = $derived.by(() => {
    this.#held = this.#live ? (this.#live.current ?? this.#held) : undefined;
    return this.#held;
  });

  get looking(): boolean {
    return this.#attempt.busy || (this.#live !== null && (this.#live.current?.state ?? 'looking') === 'looking');
  }

  /** Why not everything could be looked through. */
  get failure(): Failure | undefined {
    const reason = this.looking ? null : this.#live?.current?.failure;
    return reason ? new Failure(reason) : this.#attempt.failure;
  }

  /** Looks further back, or again. */
  async further(): Promise<void> {
    const query = this.#query;
    if (query) await this.#attempt.run(() => this.#port.further(query));
  }
}
