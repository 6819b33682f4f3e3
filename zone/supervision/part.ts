import type { Exit, Running } from './process.ts';

/** What a part is doing. Times in ms since the epoch. */
export type PartState =
  | { readonly state: 'stopped' }
  | { readonly state: 'starting'; readonly pid: number; readonly since: number; readonly restarts: number }
  | { readonly state: 'running'; readonly pid: number; readonly since: number; readonly restarts: number }
  /** It ended by itself, and is started again at `until`. */
  | { readonly state: 'waiting'; readonly until: number; readonly exit: Exit; readonly restarts: number }
  | { readonly state: 'stopping'; readonly pid: number };

export interface Clock {
  now(): number;
  /** Runs once after `ms`; the returned function forgets it. */
  after(ms: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }
};

/** How long before the n-th start in a row, in ms: 1, 2, 4 … 30 s. */
export const backOff = (failures: number): number => Math.min(30_000, 1000 * 2 ** (failures - 1));
/** A part that has run for this long has recovered: its next failure counts as the first. */
export const recovered = 60_000;
/** How long a part may take to end by itself, in ms, before it is killed. */
export const patience = 2500;

export type PartPorts = {
  readonly clock: Clock;
  readonly launch: () => Running;
  /** Whether the part answers; asked every 100 ms while it starts. */
  readonly answers: () => Promise<boolean>;
  readonly changed: (state: PartState) => void;
};

/** Keeps one program running until it is told to stop. */
export class Part {
  #state: PartState = { state: 'stopped' };
  #failures = 0;
  #restarts = 0;
  #running: Running | null = null;
  #forget: () => void = () => {};
  #stopped: Promise<void> | null = null;
  readonly #ports: PartPorts;

  constructor(ports: PartPorts) {
    this.#ports = ports;
  }

  get state(): PartState {
    return this.#state;
  }

  start(): void {
    if (this.#state.state !== 'stopped' && this.#state.state !== 'waiting') return;
    const { clock } = this.#ports;
    const running = this.#ports.launch();
    this.#running = running;
    this.#to({ state: 'starting', pid: running.pid, since: clock.now(), restarts: this.#restarts });
    void running.ended.then((exit) => this.#ended(running, exit));
    this.#watch(running);
  }

  /** Resolves when nothing of it runs any more; at most `patience` and a moment later. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#forget();
    const running = this.#running;
    if (running) {
      this.#to({ state: 'stopping', pid: running.pid });
      running.signal('SIGTERM');
      const giveUp = this.#ports.clock.after(patience, () => running.signal('SIGKILL'));
      await running.ended;
      giveUp();
      // What it started itself may still be there.
      running.signal('SIGKILL');
    }
    this.#running = null;
    this.#to({ state: 'stopped' });
  }

  #watch(running: Running): void {
    const look = () => {
      void this.#ports.answers().then((answers) => {
        if (this.#running !== running || this.#state.state !== 'starting') return;
        if (answers) this.#to({ ...this.#state, state: 'running', since: this.#ports.clock.now() });
        else this.#forget = this.#ports.clock.after(100, look);
      });
    };
    look();
  }

  #ended(running: Running, exit: Exit): void {
    if (this.#running !== running || this.#state.state === 'stopping') return;
    const { clock } = this.#ports;
    running.signal('SIGKILL');
    this.#running = null;
    const lived = this.#state.state === 'running' && clock.now() - this.#state.since >= recovered;
    this.#failures = lived ? 1 : this.#failures + 1;
    this.#restarts += 1;
    const wait = backOff(this.#failures);
    this.#to({ state: 'waiting', until: clock.now() + wait, exit, restarts: this.#restarts });
    this.#forget();
    this.#forget = clock.after(wait, () => this.start());
  }

  #to(state: PartState): void {
    this.#state = state;
    this.#ports.changed(state);
  }
}
