import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { certificateFindings } from './certificate.ts';
import { openingProblem } from './checks/database.ts';
import { freeOn } from './checks/machine.ts';
import { fallbackPort } from './components/edge.ts';
import { components } from './components/index.ts';
import { Trouble } from './finding.ts';
import { damaged, readIdentity } from './identity.ts';
import { isAppBuilt } from './install/app.ts';
import { isInstalled } from './install/programs.ts';
import { findPython, isSynapseInstalled } from './install/synapse.ts';
import type { Layout } from './layout.ts';
import type { Observed } from './plan.ts';
import { holderOf, innerParts, isFree, tryTcp, type Ports } from './ports.ts';
import { readSecrets, secretNames, type SecretName } from './secrets.ts';
import type { Settings } from './settings.ts';
import { orphansOf } from './supervision/processes.ts';

/** The machine's and the data directory's state. Changes nothing but making the empty directory. @throws Trouble */
export async function observe(
  layout: Layout,
  settings: Settings,
  settingsChanged: boolean,
  built: boolean
): Promise<Observed> {
  await mkdir(layout.data, { recursive: true, mode: 0o700 });
  const orphans = orphansOf(layout);
  const synapseInstalled = isSynapseInstalled(layout);
  return {
    identity: readIdentity(layout),
    settingsChanged,
    data: layout.data,
    secrets: Object.keys(readSecrets(layout, secretNames)) as SecretName[],
    wantedSecrets: secretNames,
    // A port that an orphan holds is still its own, and free again in a moment.
    portless: await portless(layout, settings, orphans.length > 0),
    refusedPorts: orphans.length > 0 ? [] : await refusedPorts(settings),
    missingPackages: await missingPackages(synapseInstalled),
    synapseInstalled,
    appBuilt: isAppBuilt(layout),
    free: { data: await freeOn(layout.data), checkout: await freeOn(layout.checkout) },
    orphans,
    database: database(layout),
    certificate: certificateFindings(settings, Date.now()),
    built
  };
}

async function missingPackages(synapseInstalled: boolean): Promise<string[]> {
  const programs = Object.values(components).flatMap(({ install }) => Object.entries(install.programs));
  const missing = programs.filter(([program]) => !isInstalled(program)).map(([, debian]) => debian);
  const python = synapseInstalled || (await findPython()) !== null;
  return python ? missing : [...missing, 'python3', 'python3-venv'];
}

function database(layout: Layout): Observed['database'] {
  if (!existsSync(layout.database)) return 'none';
  const problem = openingProblem(layout.database);
  return problem === null ? 'sound' : { damaged: problem };
}

/** Where an inner part listens. */
export const hostOf = (part: keyof Ports, settings: Settings): string =>
  part === 'turn' && settings.name !== 'localhost' ? (settings.addresses[0] ?? '0.0.0.0') : '127.0.0.1';

async function portless(layout: Layout, settings: Settings, trusted: boolean): Promise<(keyof Ports)[]> {
  const kept = await readPorts(layout);
  const checked = await Promise.all(
    innerParts.map(async (part) => {
      const port = kept[part];
      const usable = port !== undefined && (trusted || (await isFree(part, hostOf(part, settings), port)));
      return usable ? [] : [part];
    })
  );
  return checked.flat();
}

/** The ports chosen so far. @throws Trouble where the file is damaged. */
export async function readPorts(layout: Layout): Promise<Partial<Ports>> {
  if (!existsSync(layout.ports)) return {};
  const port = z.int().min(1).max(65535).optional();
  try {
    return z.object({ synapse: port, web: port, turn: port }).parse(JSON.parse(await readFile(layout.ports, 'utf8')));
  } catch (thrown) {
    throw new Trouble(damaged(layout.ports, thrown, 'a backup, or remove it: new ports are chosen'));
  }
}

/** Ports that the edge cannot open, with the reason. */
export async function refusedPorts(settings: Settings): Promise<Observed['refusedPorts']> {
  const beside =
    settings.certificate && settings.port === 443 ? [80, ...(settings.federation ? [fallbackPort] : [])] : [];
  const wanted = [settings.port, ...beside];
  const addresses = settings.addresses.length > 0 ? settings.addresses : [undefined];
  const tried = await Promise.all(
    wanted.map(async (port) => {
      for (const address of addresses) {
        if (address?.includes(':') && !hasIpv6()) continue;
        const result = await tryTcp(address, port);
        if ('code' in result) return [{ port, code: result.code, holder: holderOf(port) }];
      }
      return [];
    })
  );
  return tried.flat();
}

export const hasIpv6 = (): boolean =>
  Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));
