import { createSubscriber } from 'svelte/reactivity';

/** The present, for words such as «yesterday» and «in 8 seconds». Ticks while somebody looks. */
export class Clock {
  readonly #read: () => number;
  readonly #minutes: () => void;
  readonly #seconds: () => void;

  /** `read` gives ms since the epoch. */
  constructor(read: () => number = Date.now) {
    this.#read = read;
    this.#minutes = ticking(() => 60_000 - (read() % 60_000));
    this.#seconds = ticking(() => 1000);
  }

  /** ms since the epoch, renewed as each minute begins. */
  get minute(): number {
    this.#minutes();
    return this.#read();
  }

  /** ms since the epoch, renewed each second. */
  get second(): number {
    this.#seconds();
    return this.#read();
  }
}

const ticking = (wait: () => number) =>
  createSubscriber((update) => {
    let timer = setTimeout(tick, wait());
    function tick() {
      update();
      timer = setTimeout(tick, wait());
    }
    return () => clearTimeout(timer);
  });
