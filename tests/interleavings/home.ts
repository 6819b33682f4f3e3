import { deleteDB } from 'idb';
import type { FromEngine, FromPage, Wire } from '../../src/lib/matrix/channel.ts';
import { Engine } from '../../src/lib/matrix/engine/engine.ts';
import { Names } from '../../src/lib/matrix/engine/store/database.ts';
import { serve } from '../../src/lib/matrix/engine/serve.ts';
import type { AccountPorts, Accounts } from '../../src/lib/matrix/ports.ts';
import type { AccountId } from '../../src/lib/matrix/values.ts';
import { Connection } from '../../src/lib/matrix/remote/connection.ts';
import { RemoteMatrix } from '../../src/lib/matrix/remote/remote.ts';
import type { Network } from '../contract/network.ts';
import { settled } from './follow.ts';
import { Life } from './life.ts';
import { anotherWay } from './place.ts';

let homes = 0;

type Running = { engine: Engine; life: Life; network: Network; connection: Connection; matrix: RemoteMatrix };

/** Somebody's browser: a store that stays, an engine that is stopped, killed and started on it, and a page of hers. */
export class Home {
  readonly id: AccountId;
  readonly #origin: string;
  readonly #profile: string;
  #running: Running;

  private constructor(origin: string, profile: string, running: Running, id: AccountId) {
    this.#origin = origin;
    this.#profile = profile;
    this.#running = running;
    this.id = id;
  }

  static async register(origin: string, form: { name: string; password: string }): Promise<Home> {
    const profile = `home.${++homes}.`;
    const running = await start(origin, profile, anotherWay());
    const { id } = await running.matrix.accounts.register(form);
    const home = new Home(origin, profile, running, id);
    await home.hasKeys();
    return home;
  }

  /** Resolves when others can write to it: a new device publishes its keys a moment after its list is there. */
  async hasKeys(): Promise<void> {
    await settled('its keys', this.ports.recovery.state(), ({ state }) => state !== 'starting');
  }

  /** The ports as her page sees them now: others after each change of page or engine. */
  get ports(): AccountPorts {
    return this.#running.matrix.account(this.id);
  }

  cut(): void {
    this.#running.network.cut();
  }

  restore(): void {
    this.#running.network.restore();
  }

  /** Closes the page and opens another at the same engine, as a second tab keeps it. */
  turnPage(): void {
    this.#running.connection.close();
    this.#running = { ...this.#running, ...openPage(this.#running.engine) };
  }

  /** Ends the engine in order and starts another. */
  async reload(): Promise<void> {
    await this.stop();
    this.#running = await start(this.#origin, this.#profile, anotherWay());
  }

  /** Ends the engine as a killed worker ends. */
  async kill(): Promise<void> {
    const { connection, engine, network, life } = this.#running;
    life.kill();
    network.cut();
    connection.close();
    // Its loops end where they can; what waits for its databases waits forever, as nothing does after a real end.
    void engine.close();
    await navigator.locks.request(new Names(this.#profile).account(this.id), { steal: true }, () => undefined);
    this.#running = await start(this.#origin, this.#profile, anotherWay());
  }

  /** As where the browser throws away the database of keys and keeps the others. */
  async loseKeys(): Promise<void> {
    await this.stop();
    const keys = `${new Names(this.#profile).cryptoPrefix(this.id)}::matrix-sdk-crypto`;
    for (const name of [keys, `${keys}-meta`]) await deleteDB(name);
    this.#running = await start(this.#origin, this.#profile, anotherWay());
  }

  get accounts(): Accounts {
    return this.#running.matrix.accounts;
  }

  async stop(): Promise<void> {
    const { connection, engine, network } = this.#running;
    connection.close();
    await engine.close();
    await network.close();
  }
}

function openPage(engine: Engine): Pick<Running, 'connection' | 'matrix'> {
  const { port1, port2 } = new MessageChannel();
  serve(engine, port1 as Wire<FromPage, FromEngine>);
  const connection = new Connection(port2 as Wire<FromEngine, FromPage>);
  return { connection, matrix: new RemoteMatrix(connection) };
}

async function start(origin: string, profile: string, network: Network): Promise<Running> {
  const life = new Life(profile);
  const engine = new Engine({ base: origin, deviceName: profile, profile, fetch: network.fetch });
  await engine.load();
  return { engine, life, network, ...openPage(engine) };
}
