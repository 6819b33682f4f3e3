import type { Layout } from './layout.ts';
import type { Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';

/** One zone, all facts that its parts are configured from. */
export type Zone = {
  readonly settings: Settings;
  readonly layout: Layout;
  /** Of the inner parts, chosen once. */
  readonly ports: Ports;
  readonly secrets: Secrets;
  /** The Python of the Synapse environment. */
  readonly python: string;
  /** Whether this machine has IPv6: without it the edge cannot bind to ::1. */
  readonly ipv6: boolean;
};

/** The Matrix user in whose name the zone itself acts: it owns the plaza. Not an administrator, and no person. */
export const zoneUser = 'zone';
export const zoneUserId = ({ settings }: Zone): string => `@${zoneUser}:${settings.name}`;
export const plazaAlias = ({ settings }: Zone): string => `#plaza:${settings.name}`;
