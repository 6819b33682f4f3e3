import { posix } from 'node:path';
import ts from 'typescript';
import type { Source } from './sources.ts';

/** `target` is a path of the house where the import names one (`src/lib/ui/button`), else the package's name. */
export type Import = { readonly from: string; readonly target: string };

const aliases: readonly (readonly [string, string])[] = [
  ['$lib', 'src/lib'],
  ['$protocol', 'protocol']
];

/** What a file imports, types and dynamic imports included. */
export function importsOf({ path, text }: Source): readonly Import[] {
  if (!/\.(?:svelte|[cm]?[jt]s)$/.test(path)) return [];
  const code = path.endsWith('.svelte') ? scriptsOf(text) : text;
  return ts
    .preProcessFile(code, true, true)
    .importedFiles.map(({ fileName }) => ({ from: path, target: resolve(path, fileName) }));
}

const scriptsOf = (text: string): string =>
  [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => code).join('\n');

function resolve(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  for (const [alias, folder] of aliases) {
    if (specifier === alias || specifier.startsWith(`${alias}/`)) return folder + specifier.slice(alias.length);
  }
  return specifier;
}
