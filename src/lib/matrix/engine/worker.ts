/// <reference lib="webworker" />
import type { FromEngine, FromPage, Wire } from '../channel.ts';
import { Engine } from './engine.ts';
import { serve } from './serve.ts';

declare const self: SharedWorkerGlobalScope | DedicatedWorkerGlobalScope;

const engine = new Engine({ base: self.location.origin, deviceName: deviceName(navigator.userAgent) });
const loaded = engine.load().catch((thrown) => console.error('the engine does not start', thrown));

/** "Chrome, Linux": enough for a person to know her devices apart. */
function deviceName(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? 'Browser';
  const system = /(Android|iPhone|iPad|Windows|Mac OS X|Linux)/.exec(agent)?.[1] ?? '';
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' };
  return ['Tertulia', [names[browser] ?? browser, system].filter(Boolean).join(', ')].join(' · ');
}

async function accept(wire: Wire<FromPage, FromEngine>): Promise<void> {
  await loaded;
  serve(engine, wire);
}

if ('onconnect' in self) self.onconnect = ({ ports: [port] }) => port && void accept(port);
else void accept(self as unknown as Wire<FromPage, FromEngine>);
