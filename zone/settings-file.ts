import { existsSync, readFileSync } from 'node:fs';
import { toJson, writeWhole } from './files.ts';
import { Trouble } from './finding.ts';
import { damaged } from './identity.ts';
import type { Layout } from './layout.ts';
import { override, readSettings, type Said, type Settings } from './settings.ts';

/** What settings.json says; {} where there is none. @throws Trouble where it is damaged. */
export function saidBefore(layout: Layout): Said {
  if (!existsSync(layout.settings)) return {};
  try {
    return JSON.parse(readFileSync(layout.settings, 'utf8')) as Said;
  } catch (thrown) {
    throw new Trouble(
      damaged(layout.settings, thrown, `a backup, or remove it and start once with all its flags (--name, --port …)`)
    );
  }
}

/** What was said before, and now on the command line: to be kept, and completed. @throws Trouble */
export function settle(layout: Layout, flags: Said): { said: Said; settings: Settings; changed: boolean } {
  const before = saidBefore(layout);
  const file = layout.settings;
  // What the file says is checked by itself first, so that a finding names the place to correct.
  readSettings(before, file);
  const said = override(before, flags);
  const settings = readSettings(said, 'the command line');
  return { said, settings, changed: JSON.stringify(said) !== JSON.stringify(before) || !existsSync(file) };
}

export const keepSettings = (layout: Layout, said: Said): Promise<void> =>
  writeWhole({ path: layout.settings, mode: 0o600, text: toJson(said) });
