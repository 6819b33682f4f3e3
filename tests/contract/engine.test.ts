import 'fake-indexeddb/auto';
import type { FromEngine, FromPage, Wire } from '../../src/lib/matrix/channel.ts';
import { Engine } from '../../src/lib/matrix/engine/engine.ts';
import { serve } from '../../src/lib/matrix/engine/serve.ts';
import type { Matrix } from '../../src/lib/matrix/ports.ts';
import type { EventId } from '../../src/lib/matrix/values.ts';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import { Connection } from '../../src/lib/matrix/remote/connection.ts';
import { RemoteMatrix } from '../../src/lib/matrix/remote/remote.ts';
import { Account, patiently } from '../lab/account.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { matrixContract } from './matrix.contract.ts';
import { Network } from './network.ts';
import type { Posted, Stage } from './stage.ts';

/** Browsers without their windows: the engine at one end of a message channel, the page's ports at the other. */
class Browsers {
  readonly #networks = new Map<Matrix, Network>();
  readonly #engines: Engine[] = [];
  readonly #engineOf = new Map<Matrix, Engine>();

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

  async close(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.close()));
    await Promise.all([...this.#networks.values()].map((network) => network.close()));
  }
}

function written(event: Posted): [type: string, content: Record<string, unknown>] {
  if (event.type === 'call') {
    const offer = { type: 'offer', sdp: 'v=0' };
    return ['m.call.invite', { call_id: crypto.randomUUID(), party_id: '1', version: '1', lifetime: 60_000, offer }];
  }
  const mentions = event.of === 'room' ? { room: true } : { user_ids: [event.of] };
  return ['m.room.message', { msgtype: 'm.text', body: event.text, 'm.mentions': mentions }];
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
    otherClient: async ({ name, password }) => {
      const client = await Account.signIn({ origin: zone.origin, host: local.host }, name, password);
      const put = async (room: string, what: string, content: Record<string, unknown>) => {
        const path = `/v3/rooms/${encodeURIComponent(room)}/${what}/${crypto.randomUUID()}`;
        return (await patiently(() => client.call<{ event_id: EventId }>('PUT', path, content))).event_id;
      };
      const words = (body: string) => ({ msgtype: 'm.text', body });
      return {
        say: (room, text) => put(room, 'send/m.room.message', words(text)),
        react: (room, to, key) =>
          put(room, 'send/m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: to, key } }),
        edit: (room, of, text) =>
          put(room, 'send/m.room.message', {
            ...words(`* ${text}`),
            'm.new_content': words(text),
            'm.relates_to': { rel_type: 'm.replace', event_id: of }
          }),
        delete: (room, of) => put(room, `redact/${encodeURIComponent(of)}`, {})
      };
    },
    post: async ({ browser, id }, room, event) => {
      const { outbox } = await browsers.engine(browser).running(id);
      await outbox.add(room, ...written(event), newTransaction());
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
