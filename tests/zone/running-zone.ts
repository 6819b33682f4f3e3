/** A try-out zone of the tests, started as anybody starts one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Status } from '../../zone/commands/status.ts';
import type { Finding } from '../../zone/finding.ts';
import { tryTcp } from '../../zone/ports.ts';

const main = join(import.meta.dirname, '../../zone/main.ts');
const node = ['--disable-warning=ExperimentalWarning', main];

type Ready = { readonly event: 'ready'; readonly origin: string; readonly administrator: string | null };
type Said = Ready | { readonly event: 'step' | 'note' } | { readonly event: 'finding'; readonly finding: Finding };
export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
export type Bytes = { readonly headers: IncomingHttpHeaders; readonly body: Buffer };
/** From which address of this machine a request comes, in whose name, and what it claims. */
export type From = {
  readonly address?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Runs a command of the zone to its end. */
export async function command(...args: readonly string[]): Promise<{ code: number; lines: readonly unknown[] }> {
  const child = spawn(process.execPath, [...node, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return {
    code: code ?? -1,
    lines: text
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown)
  };
}

export class RunningZone {
  readonly data = mkdtempSync(join(tmpdir(), 'tertulia-zone-'));
  port = 0;
  administrator: string | null = null;
  #supervisor: ChildProcess | undefined;

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    if (this.port === 0) this.port = await freePort();
    const args = [...node, 'up', '--data', this.data, '--port', String(this.port), '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#supervisor = child;
    const { administrator } = await readyOf(child);
    this.administrator = administrator;
  }

  /** Sends the supervisor a signal and waits until it has ended; how long that took in ms. */
  async end(signal: NodeJS.Signals): Promise<number> {
    const child = this.#supervisor;
    if (!child || child.exitCode !== null || child.signalCode !== null) return 0;
    const since = performance.now();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return performance.now() - since;
  }

  /** Ends it and removes all that it wrote. */
  async remove(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.data, { recursive: true, force: true });
  }

  async status(): Promise<Status> {
    const { lines } = await command('status', '--data', this.data);
    return lines[0] as Status;
  }

  read(name: string): string {
    return readFileSync(join(this.data, name), 'utf8');
  }

  /** A request through the edge. */
  ask(method: string, path: string, from: From = {}, body?: object): Promise<Answer> {
    return ask(this.port, method, path, from, body);
  }

  /** A request to the homeserver itself, as only this machine can make it. */
  askInside(method: string, path: string, from: From = {}): Promise<Answer> {
    const { synapse } = JSON.parse(this.read('ports.json')) as { synapse: number };
    return ask(synapse, method, path, from);
  }

  /** The bytes of an answer through the edge, as they came. */
  async bytes(path: string, headers: Readonly<Record<string, string>>): Promise<Bytes> {
    const sent = get({ host: '127.0.0.1', port: this.port, path, headers, agent: false, timeout: 40_000 });
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { headers: response.headers, body: await buffer(response) };
  }

  async register(name: string, password: string): Promise<string> {
    const form = { username: name, password, auth: { type: 'm.login.dummy' } };
    const { status, body } = await this.ask('POST', '/_matrix/client/v3/register', {}, form);
    if (status !== 200) throw new Error(`registering ${name}: ${status} ${String(body.errcode)}`);
    return String(body.access_token);
  }

  signIn(name: string, password: string, from: From = {}): Promise<Answer> {
    const form = { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password };
    return this.ask('POST', '/_matrix/client/v3/login', from, form);
  }
}

function ask(
  port: number,
  method: string,
  path: string,
  { address, token, headers }: From,
  body?: object
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const authorization = token ? { authorization: `Bearer ${token}` } : {};
    const options = { host: '127.0.0.1', port, path, method, agent: false, timeout: 40_000 } as const;
    const sent = request({
      ...options,
      ...(address ? { localAddress: address } : {}),
      headers: { ...authorization, ...headers }
    });
    sent.once('error', reject).once('timeout', () => sent.destroy(new Error(`${path}: no answer`)));
    sent.once('response', (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: objectOf(text) }));
    });
    sent.end(body ? JSON.stringify(body) : undefined);
  });
}

/** Pages and the like are not JSON: {}. */
const objectOf = (text: string): Readonly<Record<string, unknown>> =>
  text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};

async function readyOf(child: ChildProcess): Promise<Ready> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout as Readable })) {
    lines.push(line);
    const said = JSON.parse(line) as Said;
    if (said.event === 'ready') return said;
  }
  throw new Error(`the zone did not start:\n${lines.join('\n')}`);
}

async function freePort(): Promise<number> {
  const any = await tryTcp('127.0.0.1', 0);
  if ('code' in any) throw new Error(any.code);
  return any.port;
}
