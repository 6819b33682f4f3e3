import type { FileContent } from './files.ts';
import type { Finding } from './finding.ts';
import type { Zone } from './zone.ts';

export const partNames = ['synapse', 'turn', 'web', 'edge'] as const;
export type PartName = (typeof partNames)[number];

export type Command = {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Added to a small environment (PATH, HOME, LANG, TZ); nothing else is inherited. */
  readonly environment: Readonly<Record<string, string>>;
};

export type Configuration = { readonly files: readonly FileContent[]; readonly command: Command };

/** One supervised part of a zone, as data. To add one: a file in `components/`, and a line in its index. */
export interface Component {
  readonly name: PartName;
  /** As a person would call it. */
  readonly title: string;
  /** Parts that answer before this one is started. */
  readonly needs: readonly PartName[];
  /** Programs of the system that it runs, each with the Debian package that brings it. */
  readonly install: { readonly programs: Readonly<Record<string, string>> };
  /** What people lack where it cannot be installed; null: the zone does not start without it. */
  readonly without: string | null;
  /** Pure: the same zone gives the same files and command. */
  config(zone: Zone): Configuration;
  /** Asks the running part. No finding: it answers as it should. Ends within 10 s. */
  health(zone: Zone): Promise<readonly Finding[]>;
  /** The installed version, or null where it is not installed. */
  version(zone: Zone): Promise<string | null>;
}
