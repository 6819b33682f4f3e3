import { randomUUID } from 'node:crypto';
import { Network } from '../contract/network.ts';
import type { Place } from '../lab/account.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { StandIn } from '../standin/server.ts';

/** A homeserver with open registration that can be restarted. */
export type Homeserver = {
  readonly place: Place;
  /** Runs `meanwhile` while it is away; resolves when it is back. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
};

export async function realZone(): Promise<Homeserver> {
  const local = await openLocal();
  const zone = await Zone.local(local.host);
  return {
    place: zone,
    restart: async (meanwhile) => {
      const before = await zone.signal('synapse', 'SIGKILL');
      await meanwhile();
      await zone.restarted('synapse', before);
    },
    stop: () => local.close()
  };
}

export async function standIn(): Promise<Homeserver> {
  const server = await StandIn.start(undefined, { app: false });
  return {
    place: { origin: server.origin, host: { fetch } },
    restart: (meanwhile) => server.away(meanwhile),
    stop: () => server.stop()
  };
}

let addresses = 0;
/** Each house has its own, as anywhere: the zone's limits by address hold here too. */
const anotherAddress = (): string => `127.0.${2 + (Math.floor(addresses / 250) % 250)}.${1 + (addresses++ % 250)}`;

/** The way from a house that nobody else has to the homeserver. */
export const anotherWay = (): Network => new Network(anotherAddress());

/** A name that nobody has. */
export const unique = (name: string): string => `${name}${randomUUID().slice(0, 8)}`;
