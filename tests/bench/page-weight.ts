import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..', '..');
const client = join(root, 'build', 'client');

type Chunk = { readonly file: string; readonly imports?: readonly string[] };

/** What pages load after their first script, by themselves, as the bundler names it: static imports come with it. */
const later = {
  /** The page for an error, which the router always has at hand. */
  error: '.svelte-kit/generated/client-optimized/nodes/1.js',
  engine: 'src/lib/matrix/remote/connect.ts',
  offline: 'src/lib/offline/register.ts'
};

/** The scripts that a prerendered page loads before anybody touches it: paths below `build/client`. */
export function scriptsOf(page: string, besides: readonly (keyof typeof later)[]): readonly string[] {
  const html = readFileSync(join(root, 'build', 'prerendered', `${page}.html`), 'utf8');
  const named = [...html.matchAll(/\/(_app\/immutable\/[^"]+\.js)" rel="modulepreload"/g)].map(([, path = '']) => path);
  const manifest = JSON.parse(
    readFileSync(join(root, '.svelte-kit', 'output', 'client', '.vite', 'manifest.json'), 'utf8')
  ) as Record<string, Chunk>;
  const found = new Set(named);
  const add = (name: string): void => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`the build knows no ${name}`);
    if (found.has(chunk.file)) return;
    found.add(chunk.file);
    chunk.imports?.forEach(add);
  };
  for (const one of besides) add(later[one]);
  if (named.length === 0) throw new Error(`the page ${page} names no script: nothing was measured`);
  return [...found];
}

/** KB (1000 bytes) of files, each gzipped alone. */
export const gzipped = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(client, path)), { level: 9 }).length, 0) / 1000;

/** The files of the build whose path ends so, with their size in KB (1000 bytes). */
export const filesEnding = (end: string): readonly { path: string; size: number }[] =>
  readdirSync(client, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(end))
    .map((path) => ({ path, size: readFileSync(join(client, path)).length / 1000 }));
