/** People with few and with many conversations, each on a stand-in and in a browser of her own. */
import type { Host } from '../lab/host.ts';
import { until } from '../lab/process.ts';
import { generate, type Generated } from '../standin/generate.ts';
import { StandIn } from '../standin/server.ts';
import { Device, type Somebody } from './device.ts';
import { known } from './opening.ts';

/** ms: what an engine does once it is at rest, it has begun by then. */
const atRest = 4_000;

export class Somewhere {
  readonly size: number;
  readonly server: StandIn;
  readonly device: Device;
  readonly generated: Generated;
  readonly #person: Somebody;

  private constructor(size: number, server: StandIn, device: Device, generated: Generated, person: Somebody) {
    this.size = size;
    this.server = server;
    this.device = device;
    this.generated = generated;
    this.#person = person;
  }

  static async start(host: Host, size: number): Promise<Somewhere> {
    const server = await StandIn.start();
    const person = { name: 'alba', password: 'alba sits at a table' };
    const generated = generate(server.world, person.name, size);
    const device = await Device.start(host, server.origin);
    return new Somewhere(size, server, device, generated, person);
  }

  /** ms from the server's answer to the login until the app can be used; ends when every conversation is known. */
  async signIn(): Promise<number> {
    await this.device.signIn(this.#person);
    const { origin, usable } = await this.device.used();
    const login = this.server.exchanges.find(({ what }) => what === 'POST v3/login');
    if (!login) throw new Error('nobody signed in');
    await known(this.device, this.size);
    return origin + usable - login.ended;
  }

  /** Resolves when nothing has been asked of the server for a while, but to wait. */
  async quiet(ms = 1500): Promise<void> {
    await until('the app to be at rest', async () => Date.now() - (this.server.exchanges.at(-1)?.ended ?? 0) > ms, {
      seconds: 60,
      every: 200
    });
  }

  /** Bytes that the server answers when the app is opened anew and nothing has happened meanwhile, by what was asked. */
  async reopened(): Promise<{ readonly total: number; readonly asked: Readonly<Record<string, number>> }> {
    await this.quiet();
    this.server.exchanges.length = 0;
    await this.device.open('/chats');
    await this.device.used();
    await this.quiet(atRest);
    const asked: Record<string, number> = {};
    for (const { what, sent } of this.server.exchanges) {
      const named = what.replace(/(rooms\/)[^/]+/, '$1:').replace(/[^/]+$/, (last) => (last.length > 30 ? ':' : last));
      asked[named] = (asked[named] ?? 0) + sent;
    }
    return { total: Object.values(asked).reduce((sum, sent) => sum + sent, 0), asked };
  }

  /** MB, after a collection, of page, worker and WebAssembly together. */
  async memory(): Promise<number> {
    const { page, worker, wasm } = await this.device.memory();
    return (page + worker + wasm) / 1e6;
  }

  async stop(): Promise<void> {
    await this.device.stop();
    await this.server.stop();
  }
}
