import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { toJson, writeWhole } from './files.ts';
import { Trouble } from './finding.ts';
import type { Layout } from './layout.ts';
import { secretNames } from './secrets.ts';

const schema = z.object({
  /** The name that this data directory was made with. It stands in every address and event: it never changes. */
  name: z.string(),
  created: z.iso.datetime(),
  /** Which secrets have been made: one of these that is missing later was lost, and is never made anew. */
  secrets: z.array(z.enum(secretNames as [string, ...string[]]))
});
export type Identity = z.infer<typeof schema>;

/** null: this directory holds no zone yet. @throws Trouble where the file is damaged. */
export function readIdentity(layout: Layout): Identity | null {
  if (!existsSync(layout.identity)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(layout.identity, 'utf8')));
  } catch (thrown) {
    throw new Trouble(damaged(layout.identity, thrown, 'a backup of the data directory'));
  }
}

export const writeIdentity = (layout: Layout, identity: Identity): Promise<void> =>
  writeWhole({ path: layout.identity, mode: 0o600, text: toJson(identity) });

/** A file of the data directory that cannot be read as what it is. */
export function damaged(path: string, thrown: unknown, remedy: string) {
  const code = (thrown as NodeJS.ErrnoException).code;
  const what = code ? `cannot be read (${code})` : `is damaged (${firstLine(thrown)})`;
  return {
    id: 'data.damaged',
    level: 'error',
    symptom: `${path} ${what}.`,
    effect: 'The zone does not start; nothing was changed.',
    fix: `Restore ${path} from ${remedy}.`
  } as const;
}

function firstLine(thrown: unknown): string {
  if (thrown instanceof z.ZodError) return z.prettifyError(thrown).split('\n')[0] ?? 'not what it should be';
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? '';
}
