import type { Alive, FromEngine, FromPage, Superseded, Wire } from '../channel.ts';
import type { Matrix } from '../ports.ts';
import { Connection } from './connection.ts';
import { Lifeline } from './lifeline.ts';
import { MeetingWire } from './meeting.ts';
import { RemoteMatrix } from './remote.ts';
import { takeOver } from './unkept.ts';

/** Tells the engine which lock the page holds. */
type Greet = (wire: Wire<FromEngine, FromPage>) => void;

/** Starts the engine, or joins the one that other tabs use, and gives its ports. Call it once a page, in the browser. */
export function connect(): Matrix {
  const page = `tertulia-page:${crypto.randomUUID()}`;
  // Held for the life of the page: the engine learns by it that the page is gone.
  const held = Promise.withResolvers<void>();
  void navigator.locks.request(page, () => {
    held.resolve();
    return new Promise(() => undefined);
  });
  const greet: Greet = (wire) => void held.promise.then(() => wire.postMessage({ t: 'hello', lock: page }));
  // Some phones have no shared workers.
  const connection = typeof SharedWorker === 'undefined' ? meet(page, greet) : share(greet);
  // Before all others, who keep their last words then.
  addEventListener('pagehide', () => connection.leave(), { capture: true });
  addEventListener('pageshow', () => connection.stay());
  takeOver(connection);
  stirWith(connection);
  return new RemoteMatrix(connection);
}

/** A page sees what a worker may not: that somebody looks again, and on some browsers the network's coming and going. */
function stirWith(connection: Connection): void {
  addEventListener('online', () => connection.stir('network'));
  addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connection.stir('person');
  });
}

/** One worker for all tabs: the first to find it dead starts the next, which the others join. */
function share(greet: Greet): Connection {
  const join = ({ port }: SharedWorker): Wire<FromEngine, FromPage> => {
    greet(port);
    return port;
  };
  const open = () =>
    // The bundler finds a worker by this very form of call.
    new SharedWorker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'tertulia' });
  const connection = new Connection(join(globalThis.tertuliaEngine ?? open()), { joined: false });
  const lifeline = new Lifeline(() => connection.move(join(open())), { insist: true });
  connection.onalive = (lock) => lifeline.heard(lock);
  connection.onsuperseded = () => lifeline.end();
  return connection;
}

/** A worker for each tab, one of them the engine of all: where it dies, the next takes over and says so. */
function meet(page: string, greet: Greet): Connection {
  const wire = new MeetingWire(page);
  const connection = new Connection(wire);
  greet(wire);
  wire.onhost = () => {
    greet(wire);
    connection.again();
  };
  const start = () => {
    const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'tertulia' });
    worker.onmessage = ({ data }: MessageEvent<Alive | Superseded>) => {
      if (data.t === 'alive') lifeline.heard(data.lock);
      else connection.supersede();
    };
  };
  const lifeline = new Lifeline(start, { insist: false });
  connection.onsuperseded = () => lifeline.end();
  start();
  return connection;
}
