/** The stand-in on a port of loopback: the app's build and the API on one origin, as a zone's edge has them. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { offlineList } from '../../src/lib/server/offline.ts';
import { prerenderedPages } from '../../src/lib/server/pages.ts';
import { defaultPolicy } from '../../src/lib/server/policy.ts';
import { webServer, type App } from '../../src/lib/server/web-server.ts';
import { openRoutes, personRoutes } from './api.ts';
import type { Content } from './room.ts';
import { Refusal, routed } from './routes.ts';
import { SlidingSync } from './sliding-sync.ts';
import { World } from './world.ts';

const build = join(import.meta.dirname, '..', '..', 'build');
const api = '/_matrix/client/';

/** What a client asked and what it got. */
export type Exchange = { readonly what: string; readonly sent: number; readonly ended: number };

export class StandIn {
  readonly world: World;
  readonly sync: SlidingSync;
  /** Requests since the last look, in the order of their answers. */
  readonly exchanges: Exchange[] = [];
  /** Paths asked for that it does not know. */
  readonly unknown = new Set<string>();
  readonly #server: Server;
  readonly #open: ReturnType<typeof openRoutes>;
  readonly #personal: ReturnType<typeof personRoutes>;

  private constructor(world: World, app: Server | null) {
    this.world = world;
    this.sync = new SlidingSync(world);
    this.#open = openRoutes(world);
    this.#personal = personRoutes(world, this.sync);
    this.#server = createServer((request, response) => {
      if (request.url?.startsWith(api)) void this.#answer(request, response);
      else if (app) app.emit('request', request, response);
      else response.writeHead(404).end();
    });
  }

  /** @param app whether it serves the app's build, too */
  static async start(world = new World(), { app = true } = {}): Promise<StandIn> {
    const standIn = new StandIn(world, app ? await appOf() : null);
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers nothing while `meanwhile` runs, as while it is started again; forgets nothing. */
  async away(meanwhile: () => Promise<void>): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    const closed = once(this.#server, 'close');
    await this.stop();
    await closed;
    await meanwhile();
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.#reply(request, response)
      .catch((thrown: unknown) => {
        if (thrown instanceof Refusal) return thrown;
        throw thrown;
      })
      .then((answer) => (answer instanceof Refusal ? answer : { status: 200, body: answer }));
    const written = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(written);
    const what = `${request.method} ${request.url?.slice(api.length).split('?')[0]}`;
    this.exchanges.push({ what, sent: Buffer.byteLength(written), ended: Date.now() });
  }

  async #reply(request: IncomingMessage, response: ServerResponse): Promise<Content | readonly Content[]> {
    const { method = 'GET', headers } = request;
    const { pathname, searchParams: query } = new URL(request.url ?? '', this.origin);
    const path = pathname.slice(api.length);
    const written = await text(request);
    const body = (written ? JSON.parse(written) : {}) as Content;
    const left = new AbortController();
    response.once('close', () => left.abort());
    const asked = { query, body, signal: left.signal, token: headers.authorization?.replace('Bearer ', '') ?? '' };
    const open = routed(this.#open, method, path);
    if (open) return open.answer({ ...asked, params: open.params });
    const personal = routed(this.#personal, method, path);
    if (!personal) {
      this.unknown.add(`${method} ${path}`);
      throw new Refusal(404, 'M_UNRECOGNIZED');
    }
    const session = this.world.sessions.get(asked.token);
    if (!session) throw new Refusal(401, 'M_UNKNOWN_TOKEN');
    return personal.answer({ ...asked, session, params: personal.params });
  }
}

async function appOf(): Promise<Server> {
  const { handler } = (await import(pathToFileURL(join(build, 'handler.js')).href)) as { handler: App };
  const made = { pages: prerenderedPages(join(build, 'prerendered')), offline: offlineList(build) };
  return webServer(handler, made, defaultPolicy);
}
