import { changed } from '../change.ts';
import type { FromEngine, FromPage, Target, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import { Cell, type Live } from '../live.ts';
import { settle } from '../settle.ts';

type Feed = {
  readonly cell: Cell<unknown>;
  readonly target: Target;
  readonly args: readonly unknown[];
  /** Values that came since the last whole one, with it. */
  heard: number;
};
type Answer = { resolve: (value: unknown) => void; reject: (failure: Failure) => void };

/** The page's end of the wire. */
export class Connection {
  readonly #wire: Wire<FromEngine, FromPage>;
  readonly #answers = new Map<number, Answer>();
  readonly #feeds = new Map<number, Feed>();
  #n = 0;
  #closed = false;

  constructor(wire: Wire<FromEngine, FromPage>) {
    this.#wire = wire;
    wire.onmessage = ({ data }) => this.#take(data);
  }

  call(target: Target, args: readonly unknown[]): Promise<unknown> {
    const n = ++this.#n;
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Failure('unexpected', 'the page has let go of the engine'));
      this.#answers.set(n, { resolve, reject });
      try {
        this.#wire.postMessage({ t: 'call', n, ...target, args });
      } catch (thrown) {
        // An argument that cannot be sent elsewhere.
        this.#answers.delete(n);
        reject(Failure.from(thrown));
      }
    });
  }

  /** Nothing is asked of the engine until somebody subscribes. */
  watch(target: Target, args: readonly unknown[]): Live<unknown> {
    const cell: Cell<unknown> = new Cell<unknown>(undefined, () => {
      const n = ++this.#n;
      this.#feeds.set(n, { cell, target, args, heard: 0 });
      this.#wire.postMessage({ t: 'watch', n, ...target, args });
      return () => {
        this.#feeds.delete(n);
        this.#wire.postMessage({ t: 'unwatch', n });
      };
    });
    return cell;
  }

  /** Another engine took over: it is asked for all that is watched. What was asked of the old one is not known to be done. */
  again(): void {
    this.#giveUp('the engine ended');
    for (const [n, { target, args }] of this.#feeds) this.#wire.postMessage({ t: 'watch', n, ...target, args });
  }

  close(): void {
    this.#closed = true;
    this.#wire.postMessage({ t: 'bye' });
    this.#giveUp('the page let go of the engine');
  }

  #giveUp(why: string): void {
    for (const { reject } of this.#answers.values()) reject(new Failure('unexpected', why));
    this.#answers.clear();
  }

  #take(message: FromEngine): void {
    if (message.t === 'value' || message.t === 'change') return this.#hear(message);
    const answer = this.#answers.get(message.n);
    this.#answers.delete(message.n);
    if (message.t !== 'failure') return answer?.resolve(message.value);
    const failure = new Failure(message.reason, message.detail, { retryAfter: message.retryAfter });
    if (answer) answer.reject(failure);
    else console.warn('a feed ended:', failure.message);
  }

  #hear(message: Extract<FromEngine, { t: 'value' | 'change' }>): void {
    const { n } = message;
    const feed = this.#feeds.get(n);
    if (!feed) return;
    const { cell, target, args, heard } = feed;
    if (message.t === 'change' && message.after !== heard) {
      // Of another engine than the one that said the value before: it is asked for the whole.
      feed.heard = 0;
      if (heard > 0) this.#wire.postMessage({ t: 'watch', n, ...target, args });
      return;
    }
    feed.heard = message.t === 'value' ? 1 : heard + 1;
    const next = message.t === 'value' ? message.value : changed(cell.current, message.change);
    cell.set(settle(cell.current, next));
  }
}
