import { appendFileSync, mkdirSync } from 'node:fs';
import { Trouble, type Finding } from './finding.ts';
import type { Layout } from './layout.ts';

/**
 * Any thrown thing as findings. What nobody foresaw is written with its stack to `logs/zone.log`, which the finding
 * names: a person reads a sentence, whoever mends it reads the log.
 */
export function findingsOf(thrown: unknown, layout: Layout): readonly Finding[] {
  if (thrown instanceof Trouble) return thrown.findings;
  const { code, path = layout.data } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return [diskFull];
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return [notOurs(path, code)];
  const symptom = thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown);
  return [
    {
      id: 'zone.unexpected',
      level: 'error',
      symptom: `Something that nobody foresaw: ${symptom}.`,
      effect: 'The zone was stopped; what people wrote is kept.',
      fix: `Try again; if it stays, send ${keep(thrown, layout)} with your report.`
    }
  ];
}

/** Writes a line, or an error with its stack, to the zone's own log; returns where. */
export function keep(thrown: unknown, layout: Layout): string {
  const path = layout.log('zone');
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  try {
    mkdirSync(layout.logs, { recursive: true, mode: 0o700 });
    appendFileSync(path, `${new Date().toISOString()} ${text}\n`, { mode: 0o600 });
    return path;
  } catch {
    // A disk that takes no log has its own finding.
    return 'what stands above';
  }
}

const diskFull: Finding = {
  id: 'disk.full',
  level: 'error',
  symptom: 'The disk is full.',
  effect: 'The zone could not write what it needs; it was stopped.',
  fix: 'Make room, or put the data on another disk: --data DIR.'
};

const notOurs = (path: string, code: string): Finding => ({
  id: 'data.access',
  level: 'error',
  symptom: `${path} may not be read or written (${code}).`,
  effect: 'The zone does not start; nothing was changed.',
  fix: 'Start it as the user who owns the data directory, or choose another: --data DIR.'
});
