import { mkdir } from 'node:fs/promises';
import { offerLink } from './administrator.ts';
import type { PartName } from './component.ts';
import { components } from './components/index.ts';
import { toJson, writeWhereDifferent, writeWhole } from './files.ts';
import { Trouble, type Finding } from './finding.ts';
import { furnish } from './furnish.ts';
import { readIdentity, writeIdentity } from './identity.ts';
import { buildApp } from './install/app.ts';
import { installSynapse, pythonOf } from './install/synapse.ts';
import type { Layout } from './layout.ts';
import { lastLines } from './logs.ts';
import { hasIpv6, hostOf, readPorts } from './observe.ts';
import { ensureDebian } from './packages.mjs';
import type { Step } from './plan.ts';
import { chooseFree, type Ports } from './ports.ts';
import type { Progress } from './progress.ts';
import { makeSecret, readSecrets, secretNames, type Secrets } from './secrets.ts';
import { keepSettings } from './settings-file.ts';
import type { Said, Settings } from './settings.ts';
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
};

/** How long a part may take until it answers for the first time, in ms: a large database is upgraded meanwhile. */
const patience = { synapse: 180_000, turn: 20_000, web: 20_000, edge: 20_000 } satisfies Record<PartName, number>;

/** Carries a plan out, a step after the other. Each may be done again without harm. @throws Trouble */
export async function apply(steps: readonly Step[], scene: Scene): Promise<void> {
  for (const step of steps) await one(step, scene);
}

async function one(step: Step, scene: Scene): Promise<void> {
  const { layout, settings, progress } = scene;
  switch (step.do) {
    case 'stop-orphans':
      return progress.step('Stopping what an earlier run left behind', async () => {
        await Promise.all(step.orphans.map(stopOrphan));
      });
    case 'install-packages':
      return progress.step(`Installing ${step.packages.join(', ')}`, async () => {
        const findings = await ensureDebian(step.packages);
        if (findings.some(({ level }) => level === 'error')) throw new Trouble(...findings);
        progress.findings(findings);
      });
    case 'install-synapse':
      return progress.step('Installing the homeserver', () => installSynapse(layout));
    case 'build-app':
      return progress.step('Building the web app', () => buildApp(layout));
    case 'make-secrets':
      return progress.step('Making the zone’s secrets', () => makeSecrets(step.names, scene));
    case 'keep-settings':
      return keepSettings(layout, scene.said);
    case 'choose-ports':
      return choosePorts(step.parts, layout, settings);
    case 'configure':
      return progress.step('Writing configurations', () => configure(layout, settings));
    case 'start':
      return startAll(step.parts, scene);
    case 'furnish':
      return progress.step('Opening the plaza', async () => furnish(await zoneOf(layout, settings)));
  }
}

async function makeSecrets(
  names: Extract<Step, { do: 'make-secrets' }>['names'],
  { layout, settings }: Scene
): Promise<void> {
  for (const name of names) {
    const text = await makeSecret(layout, name);
    if (name === 'administrator') await offerLink(layout, text);
  }
  const before = readIdentity(layout) ?? { name: settings.name, created: new Date().toISOString(), secrets: [] };
  await writeIdentity(layout, { ...before, secrets: [...new Set([...before.secrets, ...names, ...secretNames])] });
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
  const ports = await readPorts(layout);
  const secrets = readSecrets(layout, secretNames);
  return {
    settings,
    layout,
    ports: ports as Ports,
    secrets: secrets as Secrets,
    python: pythonOf(layout),
    ipv6: hasIpv6()
  };
}

async function configure(layout: Layout, settings: Settings): Promise<void> {
  const zone = await zoneOf(layout, settings);
  const files = Object.values(components).flatMap((component) => component.config(zone).files);
  if (settings.federation?.ca) files.push(await bundleOf(layout, settings.federation.ca));
  for (const directory of [layout.turn, layout.edge, layout.logs])
    await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const file of files) await writeWhereDifferent(file);
}

async function startAll(parts: readonly PartName[], { layout, settings, supervisor, progress }: Scene): Promise<void> {
  const zone = await zoneOf(layout, settings);
  const titles = parts.map((name) => components[name].title).join(', ');
  await progress.step(`Starting ${titles}`, async () => {
    const findings = await Promise.all(parts.map((name) => startOne(zone, name, supervisor)));
    if (findings.flat().length > 0) throw new Trouble(...findings.flat());
  });
}

async function startOne(zone: Zone, name: PartName, supervisor: Supervisor): Promise<Finding[]> {
  const component = components[name];
  const answers = async () => (await component.health(zone)).length === 0;
  const outcome = await supervisor.start(component, component.config(zone).command, answers, patience[name]);
  if (outcome === 'running') return [];
  const path = zone.layout.log(name);
  return [
    {
      id: `${name}.start`,
      level: 'error',
      symptom:
        outcome === 'ended'
          ? `The ${component.title} ended as soon as it was started.`
          : `The ${component.title} runs, but does not answer.`,
      effect: 'The zone was stopped again.',
      fix: 'Read the lines below; they say why.',
      log: { path, lines: await lastLines(path, 12) }
    }
  ];
}
