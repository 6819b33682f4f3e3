import 'fake-indexeddb/auto';
import type { FromEngine, FromPage, Wire } from '../../src/lib/matrix/channel.ts';
import { Engine } from '../../src/lib/matrix/engine/engine.ts';
import { serve } from '../../src/lib/matrix/engine/serve.ts';
import type { Matrix } from '../../src/lib/matrix/ports.ts';
import { Connection } from '../../src/lib/matrix/remote/connection.ts';
import { RemoteMatrix } from '../../src/lib/matrix/remote/remote.ts';
import { Account } from '../lab/account.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { matrixContract } from './matrix.contract.ts';
import { Network } from './network.ts';
import type { Stage } from './stage.ts';

/** Browsers without their windows: the engine at one end of a message channel, the page's ports at the other. */
class Browsers {
  readonly #networks = new Map<Matrix, Network>();
  readonly #engines: Engine[] = [];

  async open(origin: string): Promise<Matrix> {
    const network = new Network(`127.0.1.${this.#engines.length + 1}`);
    const profile = `browser-${this.#engines.length}`;
    // Outside a browser the crypto keeps its keys in memory: its database needs one.
    const options = { base: origin, deviceName: profile, profile, persistKeys: false, fetch: network.fetch };
    const engine = new Engine(options);
    this.#engines.push(engine);
    await engine.load();
    const { port1, port2 } = new MessageChannel();
    serve(engine, port1 as Wire<FromPage, FromEngine>);
    const matrix = new RemoteMatrix(new Connection(port2 as Wire<FromEngine, FromPage>));
    this.#networks.set(matrix, network);
    return matrix;
  }

  network(browser: Matrix): Network {
    const network = this.#networks.get(browser);
    if (!network) throw new Error('not one of these browsers');
    return network;
  }

  async close(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.close()));
    await Promise.all([...this.#networks.values()].map((network) => network.close()));
  }
}

/** A real zone, started as anybody starts one. */
async function setUp(): Promise<Stage> {
  const local = await openLocal();
  const zone = await Zone.local(local.host);
  const browsers = new Browsers();
  return {
    zone: 'localhost',
    browser: () => browsers.open(zone.origin),
    cut: async (browser) => {
      browsers.network(browser).cut();
      return async () => browsers.network(browser).restore();
    },
    revoke: async ({ name, password }) => {
      const elsewhere = await Account.signIn({ origin: zone.origin, host: local.host }, name, password);
      await elsewhere.call('POST', '/v3/logout/all', {});
    },
    stop: async () => {
      await browsers.close();
      await local.close();
    }
  };
}

matrixContract('the engine', setUp);
