import { mkdir } from 'node:fs/promises';
import { offerLink } from './administrator.ts';
import { components } from './components/index.ts';
import { toJson, writeWhereDifferent, writeWhole } from './files.ts';
import { Trouble } from './finding.ts';
import { furnish } from './furnish.ts';
import { readIdentity, writeIdentity } from './identity.ts';
import { buildApp } from './install/app.ts';
import { missingPrograms } from './install/programs.ts';
import { installSynapse, pythonOf } from './install/synapse.ts';
import type { Layout } from './layout.ts';
import { hasIpv6, hostOf, readPorts } from './observe.ts';
import { ensureDebian } from './packages.mjs';
import type { Step } from './plan.ts';
import { chooseFree, type Ports } from './ports.ts';
import type { Progress } from './progress.ts';
import { makeSecret, readSecrets, secretNames, type SecretName, type Secrets } from './secrets.ts';
import { keepSettings } from './settings-file.ts';
import type { Said, Settings } from './settings.ts';
import { startParts } from './start.ts';
import { stopOrphan } from './supervision/processes.ts';
import type { Supervisor } from './supervision/supervisor.ts';
import { bundleOf } from './trust.ts';
import type { Zone } from './zone.ts';

export type Scene = {
  readonly layout: Layout;
  readonly settings: Settings;
  readonly said: Said;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  /** Aborted when the zone is told to end while it starts. */
  readonly signal: AbortSignal;
};

/** Carries a plan out, a step after the other. Each may be done again without harm. @throws Trouble */
export async function apply(steps: readonly Step[], scene: Scene): Promise<void> {
  for (const step of steps) {
    scene.signal.throwIfAborted();
    await one(step, scene);
  }
}

async function one(step: Step, scene: Scene): Promise<void> {
  const { layout, settings, progress, signal } = scene;
  switch (step.do) {
    case 'stop-orphans':
      return progress.step('Stopping what an earlier run left behind', async () => {
        await Promise.all(step.orphans.map(stopOrphan));
      });
    case 'install-packages':
      return progress.step(`Installing ${step.packages.join(', ')}`, () => installPackages(step.packages, progress));
    case 'install-synapse':
      return progress.step('Installing the homeserver', () => installSynapse(layout, signal));
    case 'build-app':
      return progress.step('Building the web app', () => buildApp(layout, signal));
    case 'make-secrets':
      return progress.step('Making the zone’s secrets', () => makeSecrets(step.names, scene));
    case 'keep-settings':
      return keepSettings(layout, scene.said);
    case 'choose-ports':
      return choosePorts(step.parts, layout, settings);
    case 'configure':
      return progress.step('Writing configurations', () => configure(layout, settings));
    case 'start':
      return startParts(step.parts, await zoneOf(layout, settings), scene);
    case 'furnish':
      return progress.step('Opening the plaza', async () => furnish(await zoneOf(layout, settings)));
  }
}

async function installPackages(packages: readonly string[], progress: Progress): Promise<void> {
  const findings = await ensureDebian(packages);
  // Where they could not be installed, and the zone cannot do without, that is said before anything is started.
  const missing = Object.values(components).flatMap(missingPrograms);
  const grave = [...findings, ...missing].filter(({ level }) => level === 'error');
  if (grave.length > 0) throw new Trouble(...grave);
  progress.findings(findings);
}

async function makeSecrets(names: readonly SecretName[], { layout, settings }: Scene): Promise<void> {
  for (const name of names) await makeSecret(layout, name);
  const before = readIdentity(layout);
  // An interrupted first start has no identity yet: its link has not been shown to anybody.
  const { administrator } = readSecrets(layout, ['administrator']);
  if (!before && administrator) await offerLink(layout, administrator);
  const made = before ?? { name: settings.name, created: new Date().toISOString() };
  await writeIdentity(layout, { ...made, secrets: secretNames });
}

async function choosePorts(parts: readonly (keyof Ports)[], layout: Layout, settings: Settings): Promise<void> {
  const ports: Partial<Record<keyof Ports, number>> = await readPorts(layout);
  for (const part of parts) {
    // The port that firewalls know, where this zone has an address of its own.
    const usual = part === 'turn' && settings.name !== 'localhost' ? 3478 : undefined;
    ports[part] = await chooseFree(part, hostOf(part, settings), usual);
  }
  await writeWhole({ path: layout.ports, mode: 0o600, text: toJson(ports) });
}

/** All facts of a zone whose secrets and ports have been made. */
export async function zoneOf(layout: Layout, settings: Settings): Promise<Zone> {
  const ports = (await readPorts(layout)) as Ports;
  const secrets = readSecrets(layout, secretNames) as Secrets;
  return { settings, layout, ports, secrets, python: pythonOf(layout), ipv6: hasIpv6() };
}

async function configure(layout: Layout, settings: Settings): Promise<void> {
  const zone = await zoneOf(layout, settings);
  const files = Object.values(components).flatMap((component) => component.config(zone).files);
  if (settings.federation?.ca) files.push(await bundleOf(layout, settings.federation.ca));
  for (const directory of [layout.turn, layout.edge, layout.logs])
    await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const file of files) await writeWhereDifferent(file);
}
