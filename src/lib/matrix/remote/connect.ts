import type { FromEngine, FromPage, Wire } from '../channel.ts';
import type { Matrix } from '../ports.ts';
import { Connection } from './connection.ts';
import { RemoteMatrix } from './remote.ts';

/** Starts the engine, or joins the one that other tabs use, and gives its ports. Call it once a page, in the browser. */
export function connect(): Matrix {
  const wire = openWire();
  const lock = `tertulia-page:${crypto.randomUUID()}`;
  // Held for the life of the page: the engine learns by it that the page is gone.
  void navigator.locks.request(lock, () => {
    wire.postMessage({ t: 'hello', lock });
    return new Promise(() => undefined);
  });
  return new RemoteMatrix(new Connection(wire));
}

function openWire(): Wire<FromEngine, FromPage> {
  // The bundler finds a worker by this very form of call.
  if (typeof SharedWorker === 'undefined')
    return new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'tertulia-engine' });
  return new SharedWorker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'tertulia-engine' })
    .port;
}
