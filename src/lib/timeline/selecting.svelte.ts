import { SvelteMap } from 'svelte/reactivity';
import type { Row } from '$lib/matrix/values';
import type { Message } from './entries';

/** Several messages, picked to do one thing to all of them. */
export class Selecting {
  readonly #picked = new SvelteMap<string, Message>();
  readonly #rows: () => readonly Row[];
  #active = $state(false);

  /** `rows`: what is loaded of the conversation. */
  constructor(rows: () => readonly Row[]) {
    this.#rows = rows;
  }

  get active(): boolean {
    return this.#active;
  }

  /** As they are now, in the order in which they stand; what is not loaded any more comes first, as it was. */
  readonly picked: readonly Message[] = $derived.by(() => {
    const here = this.#rows().filter((row): row is Message => row.kind === 'message' && this.#picked.has(row.key));
    const gone = [...this.#picked.values()].filter(({ key }) => !here.some((row) => row.key === key));
    return [...gone.sort((a, b) => a.at - b.at), ...here];
  });

  has(key: string): boolean {
    return this.#picked.has(key);
  }

  begin(first: Message): void {
    this.#active = true;
    this.#picked.set(first.key, first);
  }

  toggle(message: Message): void {
    if (!this.#picked.delete(message.key)) this.#picked.set(message.key, message);
  }

  leave(): void {
    this.#active = false;
    this.#picked.clear();
  }
}
