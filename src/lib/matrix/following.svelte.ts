import { createSubscriber } from 'svelte/reactivity';
import type { Live } from './live.ts';

/** A `Live` for runes: subscribed while somebody looks at it. */
export class Following<T> {
  readonly #live: Live<T>;
  readonly #look: () => void;

  constructor(live: Live<T>) {
    this.#live = live;
    this.#look = createSubscriber((changed) => live.subscribe(changed));
  }

  get current(): T | undefined {
    this.#look();
    return this.#live.current;
  }
}
