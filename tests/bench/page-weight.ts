import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..', '..');
const client = join(root, 'build', 'client');

type Chunk = {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
};

const node = (n: number): string => `.svelte-kit/generated/client-optimized/nodes/${n}.js`;
/** As the router numbers them: the layout of all pages, the page for an error, the layout of the app. */
const [everywhere, error, app] = [node(0), node(1), node(2)];

/**
 * The scripts that a prerendered page loads by itself before anybody touches it, as paths below `build/client`: those it
 * names, the page for an error, which the router always has at hand, and what the layouts fetch later (the way to the
 * engine; the app's registration of its service worker).
 */
export function scriptsOf(page: string): readonly string[] {
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
  add(error);
  for (const layout of [everywhere, app])
    if (found.has(manifest[layout]?.file ?? '')) manifest[layout]?.dynamicImports?.forEach(add);
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
