import type { PartName } from './component.ts';
import { components } from './components/index.ts';
import type { Finding } from './finding.ts';
import type { Identity } from './identity.ts';
import type { Ports } from './ports.ts';
import type { SecretName } from './secrets.ts';
import type { Settings } from './settings.ts';
import type { ProcessRecord } from './supervision/processes.ts';

/** What was found on the machine and in the data directory, before anything is done. */
export type Observed = {
  readonly identity: Identity | null;
  /** settings.json says something else, or nothing yet. */
  readonly settingsChanged: boolean;
  readonly data: string;
  readonly secrets: readonly SecretName[];
  readonly wantedSecrets: readonly SecretName[];
  /** Inner parts without a port, or whose port something else has taken. */
  readonly portless: readonly (keyof Ports)[];
  /** Ports that the edge would listen on and cannot. */
  readonly refusedPorts: readonly { readonly port: number; readonly code: string; readonly holder: string | null }[];
  /** Debian packages that would bring what is missing. */
  readonly missingPackages: readonly string[];
  readonly synapseInstalled: boolean;
  readonly appBuilt: boolean;
  /** Bytes that may still be written to the data directory and to the checkout. */
  readonly free: { readonly data: number; readonly checkout: number };
  readonly orphans: readonly ProcessRecord[];
  readonly database: 'none' | 'sound' | { readonly damaged: string };
  readonly certificate: readonly Finding[];
  /** Skip installing and building: the caller has done both. */
  readonly built: boolean;
};

export type Step =
  | { readonly do: 'stop-orphans'; readonly orphans: readonly ProcessRecord[] }
  | { readonly do: 'install-packages'; readonly packages: readonly string[] }
  | { readonly do: 'install-synapse' }
  | { readonly do: 'build-app' }
  | { readonly do: 'keep-settings' }
  | { readonly do: 'make-secrets'; readonly names: readonly SecretName[] }
  | { readonly do: 'choose-ports'; readonly parts: readonly (keyof Ports)[] }
  | { readonly do: 'configure' }
  | { readonly do: 'start'; readonly parts: readonly PartName[] }
  | { readonly do: 'furnish' };

export type Plan = { readonly findings: readonly Finding[]; readonly steps: readonly Step[] };

const megabyte = 1024 * 1024;
/** The Python environment takes 250 MB, the app and its build as much. */
const installing = 700 * megabyte;
const running = 200 * megabyte;
const comfortable = 1024 * megabyte;

/** Decides what to do. Pure. With a finding of level `error` nothing is to be done. */
export function plan(settings: Settings, observed: Observed): Plan {
  const findings = refusals(settings, observed);
  const errors = findings.filter(({ level }) => level === 'error');
  // Who cannot start needs no warnings about a zone that runs.
  return { findings: errors.length > 0 ? errors : findings, steps: steps(observed) };
}

function steps(observed: Observed): Step[] {
  const list: Step[] = [];
  if (observed.orphans.length > 0) list.push({ do: 'stop-orphans', orphans: observed.orphans });
  if (!observed.built) {
    if (observed.missingPackages.length > 0) list.push({ do: 'install-packages', packages: observed.missingPackages });
    if (!observed.synapseInstalled) list.push({ do: 'install-synapse' });
    if (!observed.appBuilt) list.push({ do: 'build-app' });
  }
  const names = observed.wantedSecrets.filter((name) => !observed.secrets.includes(name));
  if (names.length > 0 || !observed.identity) list.push({ do: 'make-secrets', names });
  if (observed.settingsChanged) list.push({ do: 'keep-settings' });
  if (observed.portless.length > 0) list.push({ do: 'choose-ports', parts: observed.portless });
  list.push({ do: 'configure' });
  const [inner, outer] = waves();
  // The plaza is there before the first newcomer can be.
  list.push({ do: 'start', parts: inner }, { do: 'furnish' }, { do: 'start', parts: outer });
  return list;
}

/** Parts that need none, and those that do. */
function waves(): [PartName[], PartName[]] {
  const all = Object.values(components);
  const names = (needy: boolean) => all.filter(({ needs }) => needs.length > 0 === needy).map(({ name }) => name);
  return [names(false), names(true)];
}

function refusals(settings: Settings, observed: Observed): Finding[] {
  const { identity, data } = observed;
  const findings: Finding[] = [];
  if (identity && identity.name !== settings.name) findings.push(anotherName(identity.name, settings.name, data));
  const lost = identity?.secrets.filter((name) => !observed.secrets.some((kept) => kept === name)) ?? [];
  findings.push(...lost.map((name) => lostSecret(`${data}/secrets/${name}`)));
  if (typeof observed.database === 'object') findings.push(damagedDatabase(data, observed.database.damaged));
  findings.push(...observed.refusedPorts.map((refused) => portFinding(settings, refused)));
  findings.push(...observed.certificate);
  const work = !observed.built && (!observed.synapseInstalled || !observed.appBuilt);
  findings.push(...diskFindings(observed.free.data, work ? observed.free.checkout : Infinity));
  return findings;
}

const anotherName = (made: string, wanted: string, data: string): Finding => ({
  id: 'settings.name',
  level: 'error',
  symptom: `The zone in ${data} is called ${made}; it cannot become ${wanted}.`,
  effect: 'Every address and every message carries the name; another one would be another zone. Nothing was changed.',
  fix: `Start it as --name ${made}, or make another zone beside it: --name ${wanted} --data DIR --port N.`
});

const lostSecret = (path: string): Finding => ({
  id: 'secrets.lost',
  level: 'error',
  symptom: `${path} is gone.`,
  effect:
    'The zone does not start: with another secret in its place sessions, calls or the trust of other zones break.',
  fix: `Restore ${path} from your backup of the data directory.`
});

export const damagedDatabase = (data: string, what: string): Finding => ({
  id: 'synapse.database',
  level: 'error',
  symptom: `The database ${data}/synapse/homeserver.db is damaged (${what}).`,
  effect: 'The homeserver does not start, or loses messages. Nothing was deleted.',
  fix: 'Stop the zone and restore homeserver.db from your backup; keep the damaged file for sqlite3’s .recover.'
});

export function portFinding(settings: Settings, { port, code, holder }: Observed['refusedPorts'][number]): Finding {
  const where = settings.addresses.join(', ') || 'this machine';
  if (code === 'EADDRINUSE') {
    return {
      id: 'edge.port',
      level: 'error',
      symptom: `Port ${port} is taken${holder ? ` by ${holder}` : ''}.`,
      effect: 'The zone has no address to answer at; it was not started.',
      fix:
        port === settings.port ? `Stop that program, or choose another port: --port ${port + 1}.` : 'Stop that program.'
    };
  }
  if (code === 'EADDRNOTAVAIL') {
    return {
      id: 'edge.address',
      level: 'error',
      symptom: `This machine does not have the address ${where}.`,
      effect: 'The zone has no address to answer at; it was not started.',
      fix: 'Give an address of this machine: --address (see ip address).'
    };
  }
  return {
    id: 'edge.port',
    level: 'error',
    symptom: `Port ${port} on ${where} cannot be opened (${code}).`,
    effect: 'The zone has no address to answer at; it was not started.',
    fix:
      code === 'EACCES'
        ? `Ports below 1024 need root; or choose another: --port 8080.`
        : 'Choose another port: --port 8080.'
  };
}

/** `data`, `checkout`: bytes free. What a running zone needs, and what an installation takes. */
export function diskFindings(data: number, checkout: number): Finding[] {
  const short = (free: number, need: number) =>
    `${Math.floor(free / megabyte)} MB are free, ${need / megabyte} MB are needed`;
  const full = (symptom: string): Finding => ({
    id: 'disk.full',
    level: 'error',
    symptom: `The disk is full: ${symptom}.`,
    effect: 'What people write cannot be kept; the zone does not start like this.',
    fix: 'Make room, or put the data on another disk: --data DIR.'
  });
  if (data < running) return [full(short(data, running))];
  if (checkout < installing) return [full(`${short(checkout, installing)} to install`)];
  if (data >= comfortable) return [];
  return [
    {
      id: 'disk.low',
      level: 'warning',
      symptom: `Only ${Math.floor(data / megabyte)} MB are free on the disk of the zone’s data.`,
      effect: 'Pictures and files will fill it soon; then nothing can be written any more.',
      fix: 'Make room, or move the data directory to another disk.'
    }
  ];
}
