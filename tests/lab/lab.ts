/** What a test opens first: hosts, links between them, and an authority that all of them trust. */
import { join } from 'node:path';
import { Authority } from './authority.ts';
import { Host } from './host.ts';
import { checkLink, type Figures } from './network/check.ts';
import { Network } from './network/network.ts';
import { makeScratch, removeScratch, sweep } from './scratch.ts';

/** On this machine's own network, for what `localhost` is enough for. It closes with all that runs in it. */
export async function openLocal(): Promise<{ host: Host; close(): Promise<void> }> {
  sweep();
  const directory = makeScratch();
  const host = await Host.start({ name: 'local', directory: join(directory, 'local') });
  return {
    host,
    close: async () => {
      await host.close();
      removeScratch(directory);
    }
  };
}

export class Lab {
  readonly authority: Authority;
  readonly network: Network;
  /** What its link was measured to do before it was handed out. */
  readonly figures: Figures;
  /** Where everything that it writes lies; goes with it. */
  readonly directory: string;

  private constructor(parts: { authority: Authority; network: Network; figures: Figures }, directory: string) {
    this.authority = parts.authority;
    this.network = parts.network;
    this.figures = parts.figures;
    this.directory = directory;
  }

  /** Hosts by name, each known to the others as `NAME.test`. At least two. */
  static async open(names: readonly [string, string, ...string[]]): Promise<Lab> {
    sweep();
    const directory = makeScratch();
    try {
      const authority = await Authority.make(join(directory, 'authority'));
      const network = await Network.start(names, { directory, env: authority.env });
      try {
        return new Lab({ authority, network, figures: await checkLink(network, names[0], names[1]) }, directory);
      } catch (error) {
        await network.close();
        throw error;
      }
    } catch (error) {
      removeScratch(directory);
      throw error;
    }
  }

  host(name: string): Host {
    return this.network.host(name);
  }

  async close(): Promise<void> {
    await this.network.close();
    removeScratch(this.directory);
  }
}
