/** Real zones, started as anybody starts one: `zone up`, each with a data directory of its own. */
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Said } from '../../zone/settings.ts';
import { freePort } from './free-port.ts';
import type { Host } from './host.ts';
import type { Lab } from './lab.ts';
import { nameOf } from './network/network.ts';
import { until } from './process.ts';

const checkout = join(import.meta.dirname, '..', '..');
const program = [process.execPath, join(checkout, 'zone', 'main.ts')];
/** More than a cold start on two busy cores takes, s. */
const startSeconds = 90;

export type PartName = 'synapse' | 'turn' | 'web' | 'edge';
export type Part = { readonly name: PartName; readonly state: string; readonly pid: number | null };
type Ready = { readonly event: 'ready'; readonly origin: string; readonly administrator: string | null };

export class Zone {
  readonly host: Host;
  /** Everything of the zone. */
  readonly data: string;
  readonly #flags: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  #ready: Ready | undefined;

  private constructor(host: Host, data: string, flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
    this.host = host;
    this.data = data;
    this.#flags = flags;
  }

  /** A try-out zone on this machine, on a free port. `said`: settings that have no flag; `env`: whom it trusts. */
  static async local(host: Host, said?: Said, env: Readonly<Record<string, string>> = {}): Promise<Zone> {
    const data = join(host.directory, 'zone');
    if (said) {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      writeFileSync(join(data, 'settings.json'), JSON.stringify(said), { mode: 0o600 });
    }
    const zone = new Zone(host, data, ['--port', String(await freePort())], env);
    await zone.start();
    return zone;
  }

  /** The zone `HOST.test` on a host of the lab, over https, that talks to the other zones of the lab. */
  static async on(lab: Lab, name: string): Promise<Zone> {
    const host = lab.host(name);
    const { certificate, key } = await lab.authority.issue([nameOf(name)]);
    const zone = new Zone(host, join(host.directory, 'zone'), [
      ...['--name', nameOf(name), '--address', lab.network.address(name), '--certificate', certificate, '--key', key],
      ...['--registration', 'open', '--federate', lab.network.subnet, '--ca', lab.authority.certificate]
    ]);
    await zone.start();
    return zone;
  }

  /** What people type, without a path. */
  get origin(): string {
    return this.#now.origin;
  }

  /** The one-time link that makes its administrator. */
  get administrator(): string {
    if (!this.#now.administrator) throw new Error('the administrator’s link was spent before this start');
    return this.#now.administrator;
  }

  get #now(): Ready {
    if (!this.#ready) throw new Error('the zone is not up');
    return this.#ready;
  }

  /** Starts it, or starts it again; resolves when it is ready. */
  async start(): Promise<void> {
    const child = this.host.spawn([...program, 'up', '--data', this.data, '--json', '--built', ...this.#flags], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.#env
    });
    this.#process = child;
    const said: string[] = [];
    const keep = (line: string): unknown => said.push(line);
    createInterface({ input: child.stderr as Readable }).on('line', keep);
    const lines = createInterface({ input: child.stdout as Readable });
    lines.on('line', keep);
    const ready = Promise.withResolvers<Ready>();
    lines.on('line', (line) => {
      const event: unknown = line.startsWith('{') ? JSON.parse(line) : null;
      if (isReady(event)) ready.resolve(event);
    });
    const failed = (why: string) => () =>
      ready.reject(new Error(`zone in ${this.host.name} ${why}:\n${said.slice(-30).join('\n')}`));
    child.once('exit', failed('ended before it was ready'));
    const late = setTimeout(failed(`was not ready in ${startSeconds} s`), startSeconds * 1000);
    try {
      this.#ready = await ready.promise;
    } finally {
      clearTimeout(late);
    }
  }

  async parts(): Promise<readonly Part[]> {
    // 1: a part does not run.
    const text = await this.host.run([...program, 'status', '--data', this.data, '--json'], {
      cwd: checkout,
      codes: [0, 1]
    });
    return (JSON.parse(text) as { parts: Part[] }).parts;
  }

  /** What all its processes together hold, bytes (proportional set size). */
  async memory(): Promise<number> {
    const text = await this.host.run([...program, 'status', '--data', this.data, '--json'], { cwd: checkout });
    return (JSON.parse(text) as { memory: number }).memory;
  }

  /**
   * Sends a signal to the process of a part and returns its pid. After SIGKILL its supervisor starts another; SIGSTOP makes it
   * hang until SIGCONT.
   */
  async signal(name: PartName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<number> {
    const part = (await this.parts()).find((part) => part.name === name);
    if (!part?.pid) throw new Error(`${name} does not run`);
    await this.host.signal(part.pid, signal);
    return part.pid;
  }

  /** Resolves when the part runs in another process than `before` and answers. */
  async restarted(name: PartName, before: number): Promise<void> {
    await until(
      `${name} to run again`,
      async () =>
        (await this.parts()).some((part) => part.name === name && part.pid !== before && part.state === 'running'),
      { seconds: startSeconds, every: 200 }
    );
  }

  /** Serves another build of the app until the returned function is called. */
  async deploy(build: string): Promise<() => Promise<void>> {
    const served = join(checkout, 'build');
    await this.host.run(['mount', '--bind', build, served]);
    await this.restarted('web', await this.signal('web', 'SIGKILL'));
    return async () => {
      await this.host.run(['umount', '--lazy', served]);
      await this.restarted('web', await this.signal('web', 'SIGKILL'));
    };
  }

  log(part: PartName): string {
    return readFileSync(join(this.data, 'logs', `${part}.log`), 'utf8');
  }

  /** Ends it as a person does. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    await this.host.run([...program, 'down', '--data', this.data], { cwd: checkout });
    await ended;
  }
}

const isReady = (event: unknown): event is Ready =>
  typeof event === 'object' && event !== null && 'event' in event && event.event === 'ready';
