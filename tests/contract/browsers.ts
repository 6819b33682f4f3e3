import 'fake-indexeddb/auto';
import type { FromEngine, FromPage, Wire } from '../../src/lib/matrix/channel.ts';
import { Engine } from '../../src/lib/matrix/engine/engine.ts';
import { serve } from '../../src/lib/matrix/engine/serve.ts';
import type { Matrix } from '../../src/lib/matrix/ports.ts';
import { Connection } from '../../src/lib/matrix/remote/connection.ts';
import { RemoteMatrix } from '../../src/lib/matrix/remote/remote.ts';
import { Network } from './network.ts';

/** Browsers without their windows: the engine at one end of a message channel, the page's ports at the other. */
export class Browsers {
  readonly #networks = new Map<Matrix, Network>();
  #engines: Engine[] = [];
  #opened = 0;
  readonly #engineOf = new Map<Matrix, Engine>();

  async open(origin: string): Promise<Matrix> {
    const profile = `browser-${this.#opened++}`;
    const network = new Network(`127.0.1.${this.#opened}`);
    // Outside a browser the crypto keeps its keys in memory: its database needs one.
    const options = { base: origin, deviceName: profile, profile, persistKeys: false, fetch: network.fetch };
    const engine = new Engine(options);
    this.#engines.push(engine);
    await engine.load();
    const { port1, port2 } = new MessageChannel();
    serve(engine, port1 as Wire<FromPage, FromEngine>);
    const matrix = new RemoteMatrix(new Connection(port2 as Wire<FromEngine, FromPage>));
    this.#networks.set(matrix, network);
    this.#engineOf.set(matrix, engine);
    return matrix;
  }

  engine(browser: Matrix): Engine {
    const engine = this.#engineOf.get(browser);
    if (!engine) throw new Error('not one of these browsers');
    return engine;
  }

  network(browser: Matrix): Network {
    const network = this.#networks.get(browser);
    if (!network) throw new Error('not one of these browsers');
    return network;
  }

  /** Closes those that are open; others may be opened after. */
  async close(): Promise<void> {
    const [engines, networks] = [this.#engines, [...this.#networks.values()]];
    this.#engines = [];
    this.#networks.clear();
    this.#engineOf.clear();
    await Promise.all(engines.map((engine) => engine.close()));
    await Promise.all(networks.map((network) => network.close()));
  }
}
