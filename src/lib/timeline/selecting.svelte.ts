import { SvelteMap } from 'svelte/reactivity';
import type { Message } from './entries';

/** Several messages, picked to do one thing to all of them. */
export class Selecting {
  readonly #picked = new SvelteMap<string, Message>();
  readonly #rows: () => readonly { readonly key: string }[];
  #active = $state(false);

  /** `rows`: what is loaded of the conversation. */
  constructor(rows: () => readonly { readonly key: string }[]) {
    this.#rows = rows;
  }

  get active(): boolean {
    return this.#active;
  }

  /** In the order in which they stand; clocks alone decide only of what is not loaded any more. */
  readonly picked: readonly Message[] = $derived.by(() => {
    const keys = this.#rows().map(({ key }) => key);
    const place = ({ key }: Message) => (keys.includes(key) ? keys.indexOf(key) : NaN);
    return [...this.#picked.values()].sort((a, b) => place(a) - place(b) || a.at - b.at);
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
