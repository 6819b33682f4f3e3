/// <reference lib="webworker" />
import type { Alive, FromEngine, FromPage, Wire } from '../channel.ts';
import { Engine } from './engine.ts';
import { holdForLife } from './life.ts';
import { host } from './meeting.ts';
import { serve } from './serve.ts';
import { watchSleep } from './sleep.ts';

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

const alive = holdForLife().then((lock): Alive => ({ t: 'alive', lock }));

if ('onconnect' in self) {
  // One worker for all tabs.
  const engine = start();
  self.onconnect = ({ ports: [port] }) => {
    void alive.then((alive) => port?.postMessage(alive));
    void engine.then((engine) => serve(engine, port as EngineWire));
  };
} else {
  const page = self;
  void alive.then((alive) => page.postMessage(alive));
  // A worker for each tab: the one that holds the lock is the engine, the others wait to take over.
  void navigator.locks.request('tertulia-engine', async () => {
    const engine = await start();
    host((wire) => serve(engine, wire));
    return new Promise(() => undefined);
  });
}
