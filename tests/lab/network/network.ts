/** Hosts joined by links that a test delays, drops, shapes and cuts while it runs. */
import { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { remote, type Remote } from '../channel.ts';
import { Host } from '../host.ts';
import { end, spawnBound } from '../process.ts';
import type { Router } from './router.ts';
import { freeSubnet } from './subnet.ts';
import type { Counts, LinkSettings } from './way.ts';

export type Link = {
  /** Changes both ways; what is not named stays. */
  set(change: Partial<LinkSettings>): Promise<void>;
  cut(): Promise<void>;
  /** Ends a cut and nothing else. */
  mend(): Promise<void>;
  /** Back to a link without faults. */
  reset(): Promise<void>;
};

export type Way = {
  set(change: Partial<LinkSettings>): Promise<void>;
  counts(): Promise<Counts>;
};

/** Networks of this process so far: interface names are the machine's until they are moved. */
let made = 0;

export class Network {
  readonly hosts: ReadonlyMap<string, Host>;
  /** In the notation of RFC 4632. */
  readonly subnet: string;
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #router: Remote<Router>;
  readonly #process: ChildProcess;

  private constructor(subnet: string, addresses: Map<string, string>, hosts: Map<string, Host>, process: ChildProcess) {
    this.subnet = subnet;
    this.hosts = hosts;
    this.#addresses = addresses;
    this.#process = process;
    this.#router = remote<Router>(process, 'the router');
  }

  /**
   * @param names hosts, each known to all by `NAME.test`
   * @param directory where each host gets a directory of its name
   */
  static async start(
    names: readonly string[],
    { directory, env = {} }: { directory: string; env?: Readonly<Record<string, string>> }
  ): Promise<Network> {
    const serial = made++;
    const prefix = freeSubnet(readFileSync('/proc/net/route', 'utf8'), process.pid + serial);
    const addresses = new Map(names.map((name, i) => [name, `${prefix}.${i + 1}`]));
    const known = new Map(names.map((name) => [nameOf(name), addresses.get(name) ?? '']));
    const resolver = `${prefix}.254`;
    const router = spawnBound([process.execPath, join(import.meta.dirname, 'router.ts')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced'
    });
    const hosts = new Map<string, Host>();
    const network = new Network(`${prefix}.0/24`, addresses, hosts, router);
    try {
      await network.#router.resolve(resolver, known);
      for (const [i, name] of names.entries()) {
        const host = await Host.start({
          name,
          directory: join(directory, name),
          network: { names: known, resolver },
          env
        });
        hosts.set(name, host);
        await network.#connect(host, `lab${process.pid.toString(36)}-${serial}-${i}`);
      }
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  async #connect(host: Host, tun: string): Promise<void> {
    const address = this.address(host.name);
    await this.#router.attach(address, tun);
    await host.take(tun);
    await host.run(['ip', 'link', 'set', tun, 'name', 'net0']);
    await host.run(['ip', 'addr', 'add', `${address}/24`, 'dev', 'net0']);
    await host.run(['ip', 'link', 'set', 'net0', 'mtu', '1400', 'up']);
    // To nobody: only its carrier needs to be heard of.
    await host.run(['bash', '-c', `echo > /dev/udp/${this.subnet.replace('0/24', '253')}/9`]);
    await this.#router.heard(address);
  }

  host(name: string): Host {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`no host ${name}`);
    return host;
  }

  address(name: string): string {
    const address = this.#addresses.get(name);
    if (!address) throw new Error(`no host ${name}`);
    return address;
  }

  way(from: string, to: string): Way {
    const ends = [this.address(from), this.address(to)] as const;
    return { set: (change) => this.#router.set(...ends, change), counts: () => this.#router.counts(...ends) };
  }

  link(a: string, b: string): Link {
    const ways = [this.way(a, b), this.way(b, a)];
    const set = async (change: Partial<LinkSettings>) => void (await Promise.all(ways.map((way) => way.set(change))));
    return {
      set,
      cut: () => set({ cut: true }),
      mend: () => set({ cut: false }),
      reset: async () => {
        await this.#router.reset(this.address(a), this.address(b));
        await this.#router.reset(this.address(b), this.address(a));
      }
    };
  }

  /** Kills what runs in the hosts; the interfaces go with them. */
  async close(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.close()));
    await end(this.#process);
  }
}

/** The name of a host in the network. */
export const nameOf = (host: string): string => `${host}.test`;
