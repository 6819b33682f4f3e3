import { changed } from '../change.ts';
import type { FromEngine, FromPage, Said, Stir, Target, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import { Cell, type Live } from '../live.ts';
import { commands } from '../methods.ts';
import { settle } from '../settle.ts';
import { putBy } from './unkept.ts';

type Asked = { readonly target: Target; readonly args: readonly unknown[] };
/** `heard`: values that came since the last whole one, with it. */
type Feed = Asked & { readonly cell: Cell<unknown>; heard: number };
type Call = Asked & {
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: Failure) => void;
  /** Whether an engine may have it. */
  said: boolean;
};

const mayRepeat = ({ port, method }: Target): boolean =>
  (commands[port] as Readonly<Record<string, boolean>>)[method] === true;

/** The page's end of the wire. */
export class Connection {
  /** Runs when a worker has said which lock it holds while it lives. */
  onalive: ((lock: string) => void) | null = null;
  /** Runs when a newer build has taken over. */
  onsuperseded: (() => void) | null = null;
  readonly version = new Cell<'current' | 'superseded'>('current');
  #wire: Wire<FromEngine, FromPage>;
  readonly #calls = new Map<number, Call>();
  readonly #feeds = new Map<number, Feed>();
  #n = 0;
  /** Whether a living engine listens at the other end: only then is it asked for what must not be asked twice. */
  #joined: boolean;
  #closed = false;
  #leaving = false;

  /** `joined`: false where the worker may be a dying one until it has said that it is alive. */
  constructor(wire: Wire<FromEngine, FromPage>, { joined = true } = {}) {
    this.#wire = wire;
    this.#joined = joined;
    wire.onmessage = ({ data }) => this.#take(data);
  }

  call(target: Target, args: readonly unknown[]): Promise<unknown> {
    const n = ++this.#n;
    return new Promise((resolve, reject) => {
      if (this.#superseded) return putBy(target, args) ? resolve(undefined) : reject(new Failure('newer-version'));
      if (this.#closed) return reject(new Failure('unexpected', 'the page has let go of the engine'));
      this.#calls.set(n, { target, args, resolve, reject, said: false });
      if (this.#leaving) this.#putBy(target, args);
      this.#say(n);
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

  /** Goes on over another wire, to a worker of which it is not known yet that it lives. */
  move(wire: Wire<FromEngine, FromPage>): void {
    this.#wire.postMessage({ t: 'bye' });
    this.#wire.onmessage = null;
    this.#wire = wire;
    wire.onmessage = ({ data }) => this.#take(data);
    this.#joined = false;
    this.#repeat();
  }

  /** A newer build took over: what this page shows stays, and nothing can be asked any more. */
  supersede(): void {
    if (this.#superseded) return;
    this.#giveUp(new Failure('newer-version'));
    this.#wire.postMessage({ t: 'bye' });
    this.#wire.onmessage = null;
    this.version.set('superseded');
    this.onsuperseded?.();
  }

  /** Another engine took over at the other end of the wire. */
  again(): void {
    this.#repeat();
    this.#join();
  }

  /** Something happened for which the engine looks at the server now. */
  stir(why: Stir): void {
    this.#wire.postMessage({ t: 'stir', why });
  }

  /** The page goes, and where it was the last one its worker too, perhaps before that has kept what it was given. */
  leave(): void {
    this.#leaving = true;
    for (const { target, args } of this.#calls.values()) this.#putBy(target, args);
  }

  /** The page came back as it was. */
  stay(): void {
    this.#leaving = false;
  }

  close(): void {
    this.#closed = true;
    this.#wire.postMessage({ t: 'bye' });
    this.#giveUp(new Failure('unexpected', 'the page let go of the engine'));
  }

  get #superseded(): boolean {
    return this.version.current === 'superseded';
  }

  /** What is emptied is not lost. */
  #putBy(target: Target, args: readonly unknown[]): void {
    const [, text] = args;
    try {
      if (text) putBy(target, args, localStorage);
    } catch {
      // No room: the worker alone has it.
    }
  }

  #giveUp(failure: Failure): void {
    for (const { reject } of this.#calls.values()) reject(failure);
    this.#calls.clear();
  }

  /** Another engine is asked for all that is watched, and for what it does no harm to ask twice. */
  #repeat(): void {
    if (this.#superseded) return;
    for (const [n, { target, args }] of this.#feeds) this.#wire.postMessage({ t: 'watch', n, ...target, args });
    for (const [n, call] of this.#calls) {
      if (!call.said || mayRepeat(call.target)) this.#say(n);
      else this.#answer(n)?.reject(new Failure('interrupted', `${call.target.port}.${call.target.method}`));
    }
  }

  #join(): void {
    if (this.#joined) return;
    this.#joined = true;
    for (const [n, { said }] of this.#calls) if (!said) this.#say(n);
  }

  #say(n: number): void {
    const call = this.#calls.get(n);
    if (!call || !(this.#joined || mayRepeat(call.target))) return;
    try {
      this.#wire.postMessage({ t: 'call', n, ...call.target, args: call.args });
      call.said = true;
    } catch (thrown) {
      // An argument that cannot be sent elsewhere.
      this.#answer(n)?.reject(Failure.from(thrown));
    }
  }

  /** The call of that number, which is waited for no more. */
  #answer(n: number): Call | undefined {
    const call = this.#calls.get(n);
    this.#calls.delete(n);
    return call;
  }

  #take(message: FromEngine): void {
    if (message.t === 'superseded') return this.supersede();
    if (message.t === 'alive') {
      this.#join();
      this.onalive?.(message.lock);
      return;
    }
    if (message.t === 'values') {
      for (const said of message.values) this.#hear(said);
      return;
    }
    const call = this.#answer(message.n);
    if (message.t !== 'failure') return call?.resolve(message.value);
    const failure = new Failure(message.reason, message.detail, { retryAfter: message.retryAfter });
    if (call) call.reject(failure);
    else console.warn('a feed ended:', failure.message);
  }

  #hear(said: Said): void {
    const [n, , after] = said;
    const feed = this.#feeds.get(n);
    if (!feed) return;
    const { cell, target, args, heard } = feed;
    if (after !== undefined && after !== heard) {
      // Of another engine than the one that said the value before: it is asked for the whole.
      feed.heard = 0;
      if (heard > 0) this.#wire.postMessage({ t: 'watch', n, ...target, args });
      return;
    }
    feed.heard = (after ?? 0) + 1;
    cell.set(settle(cell.current, said.length === 3 ? changed(cell.current, said[1]) : said[1]));
  }
}
