import { basename } from 'node:path';
import { partNames, type PartName } from '../component.ts';
import type { Layout } from '../layout.ts';
import { follow, lastLines } from '../logs.ts';

export type LogName = PartName | 'zone';
export const logNames: readonly LogName[] = ['zone', ...partNames];

/** Shows the last lines of one log, or of each; with `following` also what is added, until `signal`. */
export async function logs(
  layout: Layout,
  { part, following }: { readonly part: LogName | null; readonly following: boolean },
  output: { write(text: string): unknown },
  signal: AbortSignal
): Promise<void> {
  const names = part === null ? logNames : [part];
  for (const name of names) {
    const lines = await lastLines(layout.log(name), part === null ? 10 : 100);
    if (part === null && lines.length > 0) output.write(`── ${name} ──\n`);
    if (lines.length > 0) output.write(`${lines.join('\n')}\n`);
  }
  if (!following) return;
  const mark = (path: string) => (part === null ? `${basename(path, '.log').padEnd(8)}│ ` : '');
  const tell = (path: string, text: string) =>
    output.write(
      `${text
        .trimEnd()
        .split('\n')
        .map((line) => `${mark(path)}${line}`)
        .join('\n')}\n`
    );
  await follow(
    names.map((name) => layout.log(name)),
    tell,
    signal
  );
}
