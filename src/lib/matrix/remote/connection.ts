import type { FromEngine, FromPage, Target, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import { Cell, type Live } from '../live.ts';
import { settle } from './settle.ts';

type Answer = { resolve: (value: unknown) => void; reject: (failure: Failure) => void };

/** The page's end of the wire. */
export class Connection {
  readonly #wire: Wire<FromEngine, FromPage>;
  readonly #answers = new Map<number, Answer>();
  readonly #cells = new Map<number, Cell<unknown>>();
  #n = 0;

  constructor(wire: Wire<FromEngine, FromPage>) {
    this.#wire = wire;
    wire.onmessage = ({ data }) => this.#take(data);
  }

  call(target: Target, args: readonly unknown[]): Promise<unknown> {
    const n = ++this.#n;
    return new Promise((resolve, reject) => {
      this.#answers.set(n, { resolve, reject });
      this.#wire.postMessage({ t: 'call', n, ...target, args });
    });
  }

  /** Nothing is asked of the engine until somebody subscribes. */
  watch(target: Target, args: readonly unknown[]): Live<unknown> {
    const cell: Cell<unknown> = new Cell<unknown>(undefined, () => {
      const n = ++this.#n;
      this.#cells.set(n, cell);
      this.#wire.postMessage({ t: 'watch', n, ...target, args });
      return () => {
        this.#cells.delete(n);
        this.#wire.postMessage({ t: 'unwatch', n });
      };
    });
    return cell;
  }

  close(): void {
    this.#wire.postMessage({ t: 'bye' });
    for (const { reject } of this.#answers.values()) reject(new Failure('unexpected', 'the page let go of the engine'));
    this.#answers.clear();
  }

  #take(message: FromEngine): void {
    if (message.t === 'value') {
      const cell = this.#cells.get(message.n);
      cell?.set(settle(cell.current, message.value));
      return;
    }
    const answer = this.#answers.get(message.n);
    this.#answers.delete(message.n);
    if (message.t !== 'failure') return answer?.resolve(message.value);
    const failure = new Failure(message.reason, message.detail, { retryAfter: message.retryAfter });
    if (answer) answer.reject(failure);
    else console.warn('a feed ended:', failure.message);
  }
}
