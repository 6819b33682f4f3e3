import { partNames, type PartName } from '../component.ts';
import { components } from '../components/index.ts';
import type { Layout } from '../layout.ts';
import { askSupervisor, type Report } from '../supervision/control.ts';
import type { PartState } from '../supervision/part.ts';
import { memoryOf, wordsOf } from '../supervision/process.ts';
import type { Zone } from '../zone.ts';

export type PartStatus = {
  readonly name: PartName | 'supervisor';
  readonly title: string;
  readonly state: PartState['state'];
  readonly pid: number | null;
  readonly version: string | null;
  /** ms since the epoch, of the state. */
  readonly since: number | null;
  /** Bytes, proportional (PSS). */
  readonly memory: number | null;
  readonly restarts: number;
  /** Why it waits to be started again, and until when. */
  readonly detail: string | null;
};
export type Status = {
  readonly running: boolean;
  readonly name: string;
  readonly origin: string;
  readonly parts: readonly PartStatus[];
  /** Bytes of all parts. */
  readonly memory: number;
};

/** What runs of a zone. `zone` gives the versions; `now` is in ms since the epoch. */
export async function statusOf(layout: Layout, zone: Zone, origin: string, now: number): Promise<Status> {
  const report = await askSupervisor(layout, 'status');
  const parts = await Promise.all(partNames.map((name) => partStatus(name, zone, report, now)));
  const all = report ? [...parts, await supervisorStatus(report, zone)] : parts;
  const memory = all.reduce((sum, part) => sum + (part.memory ?? 0), 0);
  return { running: report !== null, name: zone.settings.name, origin, parts: all, memory };
}

async function partStatus(name: PartName, zone: Zone, report: Report | null, now: number): Promise<PartStatus> {
  const { title, version } = components[name];
  const state: PartState = report?.parts.find((part) => part.name === name)?.state ?? { state: 'stopped' };
  const waiting = state.state === 'waiting';
  const detail = waiting
    ? `ended (${wordsOf(state.exit)}), starts again in ${Math.max(0, Math.ceil((state.until - now) / 1000))} s`
    : null;
  return {
    name,
    title,
    state: state.state,
    pid: 'pid' in state ? state.pid : null,
    version: await version(zone),
    since: 'since' in state ? state.since : null,
    memory: 'pid' in state ? memoryOf(state.pid) : null,
    restarts: 'restarts' in state ? state.restarts : 0,
    detail
  };
}

const supervisorStatus = async (report: Report, zone: Zone): Promise<PartStatus> => ({
  name: 'supervisor',
  title: 'supervisor',
  state: 'running',
  pid: report.pid,
  version: await components.web.version(zone),
  since: report.since,
  memory: memoryOf(report.pid, 'process'),
  restarts: 0,
  detail: null
});

const megabytes = (bytes: number | null): string => (bytes === null ? '–' : `${Math.round(bytes / 1024 / 1024)} MB`);

/** `3 s`, `5 min`, `2 h`, `9 days`. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** For a terminal: a line a part. */
export function renderStatus(status: Status, now: number): string {
  const rows = status.parts.map((part) => [
    part.title,
    part.state,
    part.version ?? 'not installed',
    part.since === null ? '–' : ago(now - part.since),
    megabytes(part.memory),
    [part.restarts > 0 ? `restarted ${part.restarts}×` : '', part.detail ?? ''].filter(Boolean).join(', ')
  ]);
  const table = [['part', 'state', 'version', 'since', 'memory', ''], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  );
  const head = status.running
    ? `${status.name} at ${status.origin}, ${megabytes(status.memory)}`
    : `${status.name} is not running`;
  return [head, '', ...lines].join('\n');
}
