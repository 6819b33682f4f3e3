/// <reference lib="webworker" />
import { build } from '../build.ts';
import type { Alive, FromEngine, FromPage, Superseded, Wire } from '../channel.ts';
import { Engine } from './engine.ts';
import { holdForLife } from './life.ts';
import { host } from './meeting.ts';
import { serve } from './serve.ts';
import { watchSleep } from './sleep.ts';
import { Succession } from './succession.ts';

declare const self: SharedWorkerGlobalScope | DedicatedWorkerGlobalScope;

/** "Chrome, Linux": enough for a person to know her devices apart. */
function deviceName(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? 'Browser';
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1] ?? '';
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' };
  return ['Tertulia', [names[browser] ?? browser, system].filter(Boolean).join(', ')].join(' · ');
}

async function start(): Promise<Engine> {
  const engine = new Engine({ base: self.location.origin, deviceName: deviceName(navigator.userAgent) });
  watchSleep(() => engine.stir('slept'));
  self.addEventListener('online', () => engine.stir('network'));
  await engine.load();
  return engine;
}

type EngineWire = Wire<FromPage, FromEngine>;
type Word = Alive | Superseded;

const alive = holdForLife().then((lock): Alive => ({ t: 'alive', lock }));
/** A newer build has the engine. */
const over = new AbortController();
const superseded = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
new Succession(build, () => over.abort());

/** What a page must know of its worker. */
function tellOf(say: (word: Word) => void): void {
  void alive.then(say);
  void superseded.then(() => say({ t: 'superseded' }));
}

/** Runs the engine for as long as no newer build takes over. One that does not start ends its worker: pages open another. */
async function run(accept: (engine: Engine) => void): Promise<void> {
  const engine = await start().catch((thrown) => {
    self.close();
    throw thrown;
  });
  accept(engine);
  await superseded;
  await engine.close();
}

if ('onconnect' in self) {
  // One worker for all tabs.
  const engine = Promise.withResolvers<Engine>();
  self.onconnect = ({ ports: [port] }) => {
    if (!port) return;
    tellOf((word) => port.postMessage(word));
    void engine.promise.then((engine) => serve(engine, port as EngineWire));
  };
  void run(engine.resolve);
} else {
  const page = self;
  tellOf((word) => page.postMessage(word));
  // A worker for each tab: the one that holds the lock is the engine, the others wait to take over.
  navigator.locks
    .request('tertulia-engine', { signal: over.signal }, () =>
      run((engine) => {
        const leave = host((wire) => serve(engine, wire));
        void superseded.then(leave);
      })
    )
    .catch((thrown) => {
      if (!over.signal.aborted) console.error('engine:', thrown);
    });
}
