import type { Component, PartName } from './component.ts';
import { components } from './components/index.ts';
import { Trouble, type Finding } from './finding.ts';
import { missingPrograms } from './install/programs.ts';
import { lastLines } from './logs.ts';
import type { Progress } from './progress.ts';
import type { Supervisor } from './supervision/supervisor.ts';
import type { Zone } from './zone.ts';

/** How long a part may take until it first answers, in ms: the homeserver may have to upgrade a large database. */
const patience = { synapse: 180_000, turn: 20_000, web: 20_000, edge: 20_000 } satisfies Record<PartName, number>;

/** Starts parts at once and waits until they answer. @throws Trouble that says why one does not */
export async function startParts(
  names: readonly PartName[],
  zone: Zone,
  { supervisor, progress }: { readonly supervisor: Supervisor; readonly progress: Progress }
): Promise<void> {
  const parts = names.map((name) => components[name]);
  const lacking = parts.filter((part) => missingPrograms(part).length > 0);
  const findings = lacking.flatMap(missingPrograms);
  if (findings.some(({ level }) => level === 'error')) throw new Trouble(...findings);
  progress.findings(findings);
  const present = parts.filter((part) => !lacking.includes(part));
  await progress.step(`Starting ${present.map(({ title }) => title).join(', ')}`, async () => {
    const failed = await Promise.all(present.map((component) => startOne(component, zone, supervisor)));
    if (failed.flat().length > 0) throw new Trouble(...failed.flat());
  });
}

async function startOne(component: Component, zone: Zone, supervisor: Supervisor): Promise<Finding[]> {
  const { name, title } = component;
  const answers = async () => (await component.health(zone)).length === 0;
  const outcome = await supervisor.start(component, component.config(zone).command, answers, patience[name]);
  if (outcome === 'running') return [];
  const path = zone.layout.log(name);
  const lines = await lastLines(path, 12);
  const what = outcome === 'ended' ? 'ended as soon as it was started' : 'runs, but does not answer';
  return [
    {
      id: `${name}.start`,
      level: 'error',
      symptom: `The ${title} ${what}.`,
      effect: 'The zone was stopped again.',
      fix: remedyOf(lines),
      log: { path, lines }
    }
  ];
}

/** The one thing to do, where the last words of a log tell it. */
export function remedyOf(lines: readonly string[]): string {
  const text = lines.join('\n');
  if (/no space left|disk I\/O error|database or disk is full/i.test(text))
    return 'Make room on the disk, and start again.';
  if (/malformed|not a database/i.test(text))
    return 'Run: npm run zone check. It tells whether the database is damaged.';
  if (/address already in use|EADDRINUSE/i.test(text)) return 'Start again: another port is chosen.';
  return 'The last lines of its log, below, say why.';
}
