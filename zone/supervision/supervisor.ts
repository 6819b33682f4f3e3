import { mkdirSync } from 'node:fs';
import type { Command, Component, PartName } from '../component.ts';
import type { Layout } from '../layout.ts';
import { Part, type Clock, type PartState } from './part.ts';
import type { Launch } from './process.ts';
import { startOf } from './started.mjs';
import { recordProcesses } from './processes.ts';
import { rotate } from './rotation.ts';

/** What came of starting a part. */
export type Outcome = 'running' | 'ended' | 'silent';
export type PartWatch = (name: PartName, state: PartState) => void;

type Ports = { readonly layout: Layout; readonly clock: Clock; readonly launch: Launch; readonly watch: PartWatch };

/** Owns the processes of a zone: starts them, starts again what ends, and takes all of them along when it goes. */
export class Supervisor {
  readonly #parts = new Map<PartName, Part>();
  readonly #ports: Ports;
  #writing: Promise<void> = Promise.resolve();
  #ending = false;
  readonly #tending: NodeJS.Timeout;

  constructor(ports: Ports) {
    this.#ports = ports;
    mkdirSync(ports.layout.run, { recursive: true, mode: 0o700 });
    mkdirSync(ports.layout.logs, { recursive: true, mode: 0o700 });
    this.#tending = setInterval(() => this.#tend(), 60_000).unref();
  }

  states(): ReadonlyMap<PartName, PartState> {
    return new Map([...this.#parts].map(([name, part]) => [name, part.state]));
  }

  /**
   * Starts a part and keeps it running from now on. Resolves with the first thing that comes of it: it answers, or it
   * has ended (and is started again after a while), or `patience` ms have passed.
   */
  start({ name }: Component, command: Command, answers: () => Promise<boolean>, patience: number): Promise<Outcome> {
    const { layout, clock, launch, watch } = this.#ports;
    if (this.#ending) return Promise.resolve('ended');
    return new Promise((resolve) => {
      const giveUp = clock.after(patience, () => resolve('silent'));
      const part = new Part({
        clock,
        launch: () => launch(command, layout.log(name)),
        answers,
        changed: (state) => {
          this.#record();
          watch(name, state);
          if (state.state === 'starting') return;
          giveUp();
          resolve(state.state === 'running' ? 'running' : 'ended');
        }
      });
      this.#parts.set(name, part);
      part.start();
    });
  }

  /** Ends every part at once; resolves when none runs. */
  async stop(): Promise<void> {
    this.#ending = true;
    clearInterval(this.#tending);
    await Promise.all([...this.#parts.values()].map((part) => part.stop()));
    await this.#writing;
  }

  #tend(): void {
    const logs = [...this.#parts.keys(), 'zone'].map((name) => rotate(this.#ports.layout.log(name)));
    // A log that cannot be cut is no reason to end a zone.
    void Promise.allSettled(logs);
  }

  #record(): void {
    const list = [...this.#parts].flatMap(([name, { state }]) => {
      const started = 'pid' in state ? startOf(state.pid) : null;
      return 'pid' in state && started !== null ? [{ name, pid: state.pid, started }] : [];
    });
    // One after the other, so that the last state is the one on disk. A full disk must not end the supervisor.
    this.#writing = this.#writing.then(() => recordProcesses(this.#ports.layout, list)).catch(() => {});
  }
}
