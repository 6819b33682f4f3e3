import { existsSync } from 'node:fs';
import { components } from '../components/index.ts';
import type { Component, PartName } from '../component.ts';
import { integrityProblem } from '../checks/database.ts';
import { availableMemory, freeOn, memoryFindings } from '../checks/machine.ts';
import { pushFindings } from '../checks/push.ts';
import type { Finding } from '../finding.ts';
import { missingPrograms } from '../install/programs.ts';
import type { Layout } from '../layout.ts';
import { refusedPorts } from '../observe.ts';
import { certificateFindings } from '../certificate.ts';
import { damagedDatabase, diskFindings, portFinding } from '../plan.ts';
import { askSupervisor, type Report } from '../supervision/control.ts';
import { wordsOf } from '../supervision/process.ts';
import type { Zone } from '../zone.ts';

/** One thing that is looked at. */
type Check = { readonly title: string; run(): Promise<readonly Finding[]> | readonly Finding[] };

/** Looks at a zone from this machine: what stands in its way, and whether each part answers as it should. */
export async function check(
  zone: Zone,
  told: (title: string, findings: readonly Finding[]) => void
): Promise<Finding[]> {
  const report = await askSupervisor(zone.layout, 'status');
  const all: Finding[] = [];
  for (const { title, run } of checksOf(zone, report)) {
    const findings = await run();
    told(title, findings);
    all.push(...findings);
  }
  return all;
}

function checksOf(zone: Zone, report: Report | null): Check[] {
  const { settings, layout } = zone;
  const installed = Object.values(components).filter((component) => missingPrograms(component).length === 0);
  const parts = report ? installed.map((component) => partCheck(component, zone, report)) : [stopped];
  return [
    { title: 'programs', run: () => Object.values(components).flatMap(missingPrograms) },
    {
      title: 'ports',
      run: async () => (report ? [] : (await refusedPorts(settings)).map((port) => portFinding(settings, port)))
    },
    { title: 'disk', run: async () => diskFindings(await freeOn(layout.data), Infinity) },
    { title: 'memory', run: async () => memoryFindings(await availableMemory(), report !== null) },
    { title: 'certificate', run: () => certificateFindings(settings, Date.now()) },
    { title: 'database', run: () => databaseFindings(layout) },
    ...parts,
    // The end of the web app, in which the gateway is, is told once.
    ...(isRunning(report, 'web') ? [{ title: 'push', run: () => pushFindings(zone) }] : [])
  ];
}

const isRunning = (report: Report | null, name: PartName): boolean =>
  report?.parts.some((part) => part.name === name && part.state.state === 'running') ?? false;

const stopped: Check = {
  title: 'parts',
  run: () => [
    {
      id: 'zone.stopped',
      level: 'warning',
      symptom: 'The zone is not running.',
      effect: 'Nobody can use it, and its parts could not be looked at.',
      fix: 'Start it: npm start'
    }
  ]
};

/** A part that waits to be started again does not answer either: then its end is the one finding. */
function partCheck(component: Component, zone: Zone, report: Report): Check {
  const { name, title } = component;
  const state = report.parts.find((part) => part.name === name)?.state;
  return {
    title,
    run: () => {
      if (state?.state !== 'waiting') return component.health(zone);
      return [
        {
          id: `${name}.ended`,
          level: 'error',
          symptom: `The ${title} ends again and again (${wordsOf(state.exit)}, ${state.restarts} times).`,
          effect: component.without ?? 'The zone does not work while it is away.',
          fix: `Read why: npm run zone logs ${name}`
        }
      ];
    }
  };
}

function databaseFindings(layout: Layout): Finding[] {
  if (!existsSync(layout.database)) return [];
  const problem = integrityProblem(layout.database);
  return problem === null ? [] : [damagedDatabase(layout.data, problem)];
}
