/** ms after which a worker that says nothing is opened anew, longer each time: the one joined may have been dying. */
const firstPatience = 1000;
const longestPatience = 30_000;
/** ms that a worker lives at least that was not dead on arrival: those are followed at once the first time only. */
const childhood = 10_000;

/**
 * Watches over a page's worker. A worker may die without any event (phones end them to save memory): it holds a lock for
 * its life (Web Locks), and who is granted that lock knows that it is gone and opens the next.
 */
export class Lifeline {
  readonly #open: () => void;
  readonly #insist: boolean;
  #lock: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #patience = firstPatience;
  #opened = Date.now();
  /** Workers in a row that died young. */
  #young = 0;
  #ended = false;

  /** The first worker is open already; `open` opens the next. `insist`: also where one says nothing at all. */
  constructor(open: () => void, options: { insist: boolean }) {
    this.#open = open;
    this.#insist = options.insist;
    this.#wait();
  }

  /** The worker has said which lock it holds. */
  heard(lock: string): void {
    clearTimeout(this.#timer);
    this.#patience = firstPatience;
    if (this.#lock === lock || this.#ended) return;
    this.#lock = lock;
    navigator.locks
      .request(lock, () => undefined)
      .then(() => {
        if (this.#lock === lock) this.#mourn();
      })
      .catch((thrown) => console.error('the engine is not watched', thrown));
  }

  /** From now on the worker may go. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #mourn(): void {
    this.#young = Date.now() - this.#opened < childhood ? this.#young + 1 : 0;
    if (this.#young < 2) return this.#next();
    const ms = Math.min(firstPatience * 2 ** (this.#young - 2), longestPatience);
    this.#timer = setTimeout(() => this.#next(), ms);
  }

  #next(): void {
    if (this.#ended) return;
    this.#lock = undefined;
    this.#opened = Date.now();
    this.#open();
    this.#wait();
  }

  #wait(): void {
    if (!this.#insist) return;
    this.#timer = setTimeout(() => this.#next(), this.#patience);
    this.#patience = Math.min(this.#patience * 2, longestPatience);
  }
}
