import { Failure } from '../failure.ts';
import { Cell, type Live } from '../live.ts';
import type { Export as State, ExportForm } from '../values.ts';
import type { Export as Port } from './port.ts';
import type { Source } from './source.ts';

type Run = {
  readonly life: AbortController;
  /** It waits for somebody to try again. */
  goOn: (() => void) | null;
};

/** One export at a time. What it takes is loaded when somebody asks for one. */
export class Export implements Port {
  readonly #open: (signal: AbortSignal) => Promise<Source>;
  readonly #state = new Cell<State>({ state: 'idle' });
  #run: Run | null = null;
  #archive: Blob | null = null;

  constructor(open: (signal: AbortSignal) => Promise<Source>, life: AbortSignal) {
    this.#open = open;
    life.addEventListener('abort', () => this.#leave(), { once: true });
  }

  state(): Live<State> {
    return this.#state;
  }

  async begin(form: ExportForm): Promise<void> {
    if (this.#run) return this.#run.goOn?.();
    this.#leave();
    this.#run = { life: new AbortController(), goOn: null };
    this.#state.set({ state: 'reading', done: 0, of: null, events: 0 });
    void this.#write(this.#run, form);
  }

  async cancel(): Promise<void> {
    this.#leave();
  }

  async archive(): Promise<Blob> {
    if (!this.#archive) throw new Failure('not-found', 'no archive');
    return this.#archive;
  }

  #leave(): void {
    this.#run?.life.abort(new DOMException('left', 'AbortError'));
    this.#run = this.#archive = null;
    this.#state.set({ state: 'idle' });
  }

  async #write(run: Run, form: ExportForm): Promise<void> {
    const { signal } = run.life;
    try {
      const [{ write }, source] = await Promise.all([import('./write.ts'), this.#open(signal)]);
      const { archive, ...left } = await write(source, {
        ...form,
        now: Date.now(),
        signal,
        patiently: (ask) => this.#patiently(run, ask),
        told: (progress) => signal.aborted || this.#state.set({ state: 'reading', ...progress })
      });
      if (signal.aborted) return;
      [this.#run, this.#archive] = [null, archive];
      this.#state.set({ state: 'ready', bytes: archive.size, ...left });
    } catch (thrown) {
      if (signal.aborted) return;
      this.#run = null;
      const failure = Failure.from(thrown);
      console.warn('export:', failure.message);
      this.#state.set({ state: 'failed', reason: failure.reason });
    }
  }

  /** Where the zone does not answer it stands still: what is written by then is not written again. */
  async #patiently<T>(run: Run, ask: () => Promise<T>): Promise<T> {
    const { signal } = run.life;
    for (;;) {
      try {
        signal.throwIfAborted();
        return await ask();
      } catch (thrown) {
        signal.throwIfAborted();
        const failure = Failure.from(thrown);
        if (failure.reason !== 'unreachable') throw failure;
        const before = this.#state.current;
        const { promise, resolve } = Promise.withResolvers<void>();
        run.goOn = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
        this.#state.set({ state: 'failed', reason: failure.reason });
        await promise;
        run.goOn = null;
        if (before && !signal.aborted) this.#state.set(before);
      }
    }
  }
}
