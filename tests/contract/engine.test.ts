import 'fake-indexeddb/auto';
import { Engine } from '../../src/lib/matrix/engine/engine.ts';
import { serve } from '../../src/lib/matrix/engine/serve.ts';
import { Connection } from '../../src/lib/matrix/remote/connection.ts';
import { RemoteMatrix } from '../../src/lib/matrix/remote/remote.ts';
import type { Matrix } from '../../src/lib/matrix/ports.ts';
import { matrixContract } from './matrix.contract.ts';
import type { Stage } from './stage.ts';
import type { FromEngine, FromPage, Wire } from '../../src/lib/matrix/channel.ts';

/** A network that can be cut: what runs then fails, and so does what is asked later. */
class Network {
  #cut: AbortController | undefined;
  #running = new AbortController();

  fetch: typeof globalThis.fetch = (input, init) => {
    if (this.#cut) return Promise.reject(new TypeError('the network is cut'));
    const signals = [init?.signal, this.#running.signal].filter((signal) => signal != null);
    return globalThis.fetch(input, { ...init, signal: AbortSignal.any(signals) });
  };

  cut(): void {
    this.#cut = new AbortController();
    this.#running.abort(new TypeError('the network was cut'));
  }

  restore(): void {
    this.#cut = undefined;
    this.#running = new AbortController();
  }
}

/** The page's ports over a real message channel, the engine at its other end, the homeserver behind it. */
async function setUp(): Promise<Stage> {
  const origin = process.env.TERTULIA_ORIGIN ?? 'http://127.0.0.1:24001';
  const networks = new Map<Matrix, Network>();
  const engines: Engine[] = [];
  return {
    zone: 'localhost',
    browser: async () => {
      const network = new Network();
      const engine = new Engine({
        base: origin,
        deviceName: 'contract',
        profile: `browser-${engines.length}`,
        persistKeys: false,
        fetch: network.fetch
      });
      engines.push(engine);
      await engine.load();
      const { port1, port2 } = new MessageChannel();
      serve(engine, port1 as Wire<FromPage, FromEngine>);
      const matrix = new RemoteMatrix(new Connection(port2 as Wire<FromEngine, FromPage>));
      networks.set(matrix, network);
      return matrix;
    },
    cut: async (browser) => {
      networks.get(browser)?.cut();
      return async () => networks.get(browser)?.restore();
    },
    revoke: async (person) => {
      const login = await fetch(`${origin}/_matrix/client/v3/login`, {
        method: 'POST',
        body: JSON.stringify({
          type: 'm.login.password',
          identifier: { type: 'm.id.user', user: person.name },
          password: person.password
        })
      });
      const { access_token: token } = (await login.json()) as { access_token: string };
      const headers = { authorization: `Bearer ${token}` };
      await fetch(`${origin}/_matrix/client/v3/logout/all`, { method: 'POST', headers, body: '{}' });
    },
    stop: async () => {
      await Promise.all(engines.map((engine) => engine.close()));
    }
  };
}

matrixContract('the engine', setUp);
