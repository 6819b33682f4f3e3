/**
 * A host of the lab: processes of its own (a PID namespace), files of its own where needed (a mount namespace), and, where
 * it has an address, a network of its own. Nothing names these namespaces: they hang on one process, bound to the test's
 * thread. When the test ends, even by SIGKILL, the kernel kills that process, with it all processes of the host, and with
 * them the namespaces and their interfaces.
 */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { remote, type Remote } from './channel.ts';
import type { Fetcher } from './fetcher.ts';
import { childrenOf, run, spawnBound, type RunOptions } from './process.ts';

/** Runs as the first process of the host, hence bash: it takes the corpses of orphans. */
const first = `
set -e
hostname "$1"
if [ -n "$2" ]; then
  ip link set lo up
  echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
  mount --bind "$2/hosts" /etc/hosts
  mount --bind "$2/resolv.conf" /etc/resolv.conf
fi
echo ready
exec >&-
sleep infinity & wait`;

export type HostSettings = {
  readonly name: string;
  /** A directory of the lab for this host. */
  readonly directory: string;
  /** A network of its own, with the names it knows (addresses by name) and who is asked for others; absent: the machine's. */
  readonly network?: { readonly names: ReadonlyMap<string, string>; readonly resolver: string };
  /** Added to the environment of all that runs in it. */
  readonly env?: Readonly<Record<string, string>>;
};

export class Host {
  readonly name: string;
  readonly directory: string;
  readonly #holder: ChildProcess;
  readonly #init: number;
  readonly #env: NodeJS.ProcessEnv;
  #fetcher: Remote<Fetcher> | undefined;

  private constructor(settings: HostSettings, holder: ChildProcess, init: number) {
    this.name = settings.name;
    this.directory = settings.directory;
    this.#holder = holder;
    this.#init = init;
    this.#env = { ...process.env, TMPDIR: join(settings.directory, 'tmp'), ...settings.env };
  }

  static async start(settings: HostSettings): Promise<Host> {
    const { name, directory, network } = settings;
    mkdirSync(join(directory, 'tmp'), { recursive: true });
    if (network) {
      const lines = [...new Map([['localhost', '127.0.0.1'], ...network.names])].map(
        ([known, at]) => `${at} ${known}\n`
      );
      writeFileSync(join(directory, 'hosts'), lines.join(''));
      writeFileSync(join(directory, 'resolv.conf'), `nameserver ${network.resolver}\n`);
    }
    const kinds = ['--mount', '--uts', '--pid', ...(network ? ['--net'] : [])];
    const holder = spawnBound(
      [
        'unshare',
        ...kinds,
        '--fork',
        '--kill-child=KILL',
        '--mount-proc',
        'bash',
        '-c',
        first,
        'host',
        name,
        network ? directory : ''
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] }
    );
    const said = await Promise.race([once(holder.stdout as Readable, 'data'), once(holder.stderr as Readable, 'data')]);
    const [init] = childrenOf(holder.pid ?? 0);
    if (!init || String(said) !== 'ready\n') throw new Error(`host ${name} could not be made: ${said}`);
    return new Host(settings, holder, init);
  }

  /** What to start, outside, to run a program inside, in the same working directory. */
  command(argv: readonly string[], cwd = process.cwd()): string[] {
    const namespaces = ['--mount', '--uts', '--net', '--pid'];
    return ['nsenter', '--target', String(this.#init), ...namespaces, '--', 'env', '--chdir', cwd, ...argv];
  }

  /** The process returned is `nsenter`, which passes no signal on: send signals with `signal`. */
  spawn(argv: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [program = '', ...rest] = this.command(argv, options.cwd?.toString());
    return spawn(program, rest, { ...options, cwd: undefined, env: { ...this.#env, ...options.env } });
  }

  /** Runs a program to its end and returns what it printed. */
  run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    return run(this.command(argv, options.cwd), { ...options, cwd: undefined, env: { ...this.#env, ...options.env } });
  }

  /** `pid` as the host counts it. */
  async signal(pid: number, signal: NodeJS.Signals): Promise<void> {
    await this.run(['kill', '-s', signal.replace('SIG', ''), String(pid)]);
  }

  /** Writes an executable that runs `program` inside with the arguments it gets, for what takes a path only. */
  executable(program: string): string {
    const path = join(this.directory, program.replace(/.*\//, ''));
    const quoted = this.command([program], this.directory).map((word) => `'${word}'`);
    writeFileSync(path, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`, { mode: 0o755 });
    return path;
  }

  /** The environment of what runs inside. */
  get env(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(this.#env).filter((entry): entry is [string, string] => entry[1] !== undefined)
    );
  }

  /** The web's `fetch` from within the host, for text bodies. Fails after `seconds`. */
  async fetch(
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string; seconds?: number } = {}
  ): Promise<Response> {
    if (!this.#fetcher) {
      const child = this.spawn([process.execPath, join(import.meta.dirname, 'fetcher.ts')], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        serialization: 'advanced'
      });
      this.#fetcher = remote<Fetcher>(child, `fetch in ${this.name}`);
    }
    const { status, headers, body } = await this.#fetcher.fetch(url, init);
    return new Response(status === 204 || status === 304 ? null : body, { status, headers });
  }

  /** Moves an interface of the machine into this host. */
  async take(link: string): Promise<void> {
    await run(['ip', 'link', 'set', link, 'netns', String(this.#init)]);
  }

  /** Kills all that runs in it. */
  async close(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const gone = once(this.#holder, 'exit');
    process.kill(this.#init, 'SIGKILL');
    await gone;
  }
}
