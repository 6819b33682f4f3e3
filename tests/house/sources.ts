import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of the house: its path from the top folder, and its text. */
export type Source = { readonly path: string; readonly text: string };

/** A rule reads files and says in one line each what breaks it. */
export type Rule = (sources: readonly Source[]) => readonly string[];

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const binary = /\.(?:png|jpe?g|webp|avif|ico|woff2?|wasm|wav|ogg|mp4|webm|gz|br|pdf)$/;

/** Every text file that is committed or about to be. */
export function sources(): readonly Source[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024
  });
  return listed
    .split('\0')
    .filter((path) => path && !binary.test(path) && existsSync(`${root}/${path}`))
    .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));
}

/** One line of a file as it is named in a finding. */
export const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** Where a pattern is found in a file, as findings. */
export function findings(source: Source, pattern: RegExp, what: string): readonly string[] {
  return [...source.text.matchAll(pattern)].map(
    (match) => `${source.path}:${lineOf(source.text, match.index)} ${what}: ${match[0].trim()}`
  );
}
