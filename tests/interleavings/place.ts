import { randomUUID } from 'node:crypto';
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

/** A name that nobody has. */
export const unique = (name: string): string => `${name}${randomUUID().slice(0, 8)}`;
