import type { FromEngine, FromPage, Wire } from '../channel.ts';
import type { Matrix } from '../ports.ts';
import { Connection } from './connection.ts';
import { MeetingWire } from './meeting.ts';
import { RemoteMatrix } from './remote.ts';

/** Starts the engine, or joins the one that other tabs use, and gives its ports. Call it once a page, in the browser. */
export function connect(): Matrix {
  const page = `tertulia-page:${crypto.randomUUID()}`;
  const wire = openWire(page);
  const connection = new Connection(wire);
  const hello = () => wire.postMessage({ t: 'hello', lock: page });
  if (wire instanceof MeetingWire)
    wire.onhost = () => {
      hello();
      connection.again();
    };
  // Held for the life of the page: the engine learns by it that the page is gone.
  void navigator.locks.request(page, () => {
    hello();
    return new Promise(() => undefined);
  });
  return new RemoteMatrix(connection);
}

function openWire(page: string): Wire<FromEngine, FromPage> | MeetingWire {
  if (globalThis.tertuliaEngine) return globalThis.tertuliaEngine.port;
  // The bundler finds a worker by this very form of call.
  if (typeof SharedWorker !== 'undefined')
    return new SharedWorker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'tertulia' }).port;
  // Some phones have no shared workers.
  new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'tertulia' });
  return new MeetingWire(page);
}
