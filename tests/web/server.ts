import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/lib/server/main.ts', import.meta.url));
const routes = fileURLToPath(new URL('../../src/routes', import.meta.url));
export const build = fileURLToPath(new URL('../../build', import.meta.url));

export type Ended = { readonly code: number | null; readonly errors: string };

/** The web server as the zone runs it, on a free port. */
export class WebServer {
  readonly process: ChildProcess;
  /** Resolves when the process has ended. */
  readonly ended: Promise<Ended>;
  origin = '';

  private constructor(process: ChildProcess) {
    this.process = process;
    let errors = '';
    process.stderr?.on('data', (part: Buffer) => (errors += part.toString()));
    this.ended = once(process, 'close').then(([code]) => ({ code: code as number | null, errors }));
  }

  /** Starts it without waiting for it to listen. */
  static spawn(environment: Record<string, string> = {}): WebServer {
    const env = { ...process.env, HOST: '127.0.0.1', PORT: '0', ...environment };
    return new WebServer(spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  static async start(environment: Record<string, string> = {}): Promise<WebServer> {
    if (!existsSync(`${build}/handler.js`)) throw new Error('these tests need a build: npm run build');
    const server = WebServer.spawn(environment);
    const { stdout } = server.process;
    if (!stdout) throw new Error('no output');
    const listening = once(createInterface(stdout), 'line').then(([line]) => String(line));
    const line = await Promise.race([listening, server.ended.then(({ errors }) => Promise.reject(new Error(errors)))]);
    server.origin = /http:\/\/\S+/.exec(line)?.[0] ?? '';
    return server;
  }

  async stop(): Promise<Ended> {
    this.process.kill('SIGTERM');
    return this.ended;
  }
}

/** One address of every page of the app; parameters get a value that nobody has. */
export function addresses(): readonly string[] {
  return readdirSync(routes, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('+page.svelte'))
    .map((file) => `/${file.slice(0, -'+page.svelte'.length)}`)
    .map((path) => path.replace(/\([^/]+\)\//g, '').replace(/\[\[[^/]+\]\]\//g, ''))
    .map((path) => path.replace(/\[[^/]+\]/g, 'somebody').replace(/(.)\/$/, '$1'));
}
