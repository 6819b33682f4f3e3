import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Trouble } from '../finding.ts';
import type { Layout } from '../layout.ts';
import { installFinding, run } from '../packages.mjs';
import { alone } from './lock.mjs';

/** What the built app depends on. */
const sources = [
  'src',
  'static',
  'messages',
  'protocol',
  'project.inlang',
  'package-lock.json',
  'svelte.config.js',
  'tsconfig.json',
  'vite.config.ts'
];
/** Written by the build itself, or of no concern to it. */
const besides = /(^src\/lib\/paraglide$)|(\.test\.ts$)|(^project\.inlang\/(cache|README\.md|\.))/;

/** A hash over names and contents of the app's sources. */
export function sourcesHash(checkout: string): string {
  const hash = createHash('sha256');
  const add = (path: string, isDirectory: boolean): void => {
    if (besides.test(path)) return;
    if (!isDirectory) {
      hash.update(`${path}\0`).update(readFileSync(join(checkout, path)));
      return;
    }
    const entries = readdirSync(join(checkout, path), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) add(`${path}/${entry.name}`, entry.isDirectory());
  };
  for (const source of sources) add(source, !/\.\w+$/.test(source) || source === 'project.inlang');
  return hash.digest('hex');
}

/** Whether `build/` was made from the sources as they are. The stamp is written last. */
export const isAppBuilt = (layout: Layout): boolean =>
  existsSync(layout.buildStamp) && readFileSync(layout.buildStamp, 'utf8') === sourcesHash(layout.checkout);

/** Builds the app. @throws Trouble with the compiler's last words. */
export async function buildApp(layout: Layout, signal: AbortSignal): Promise<void> {
  const working = join(layout.checkout, '.svelte-kit');
  await mkdir(working, { recursive: true });
  await alone(join(working, 'build.lock'), signal, async () => {
    if (isAppBuilt(layout)) return;
    const hash = sourcesHash(layout.checkout);
    const vite = join(layout.checkout, 'node_modules/vite/bin/vite.js');
    const { code, output } = await run(process.execPath, [vite, 'build'], {
      cwd: layout.checkout,
      signal,
      bound: true
    });
    if (code !== 0)
      throw new Trouble(installFinding('web.build', 'The web app could not be built', output, 'npm start'));
    await writeFile(layout.buildStamp, hash);
  });
}
