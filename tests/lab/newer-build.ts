import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The numbers of a build: the framework's version of it, and our own (`src/lib/matrix/build.ts`). */
const numbers = [/"version":"(\d+)"/, /tertulia-engine:(\d+)/];

/**
 * Copies a build and makes of it what the bundler would a moment later, without the half minute that it takes: greater
 * numbers and other names for all scripts, hence another worker of the engine, another service worker, another shell.
 */
export function makeNewerBuild(from: string, to: string): void {
  // What is compressed is of the older one; the server does without.
  cpSync(from, to, { recursive: true, filter: (path) => !/\.(?:br|gz|map)$/.test(path) });
  const files = readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:js|html|json)$/.test(file)
  );
  const texts = new Map(files.map((file) => [file, readFileSync(join(to, file), 'utf8')]));
  const ofBrowser = files.filter((file) => file.startsWith('client/'));
  const changes = new Map<string, string>();
  for (const number of numbers) {
    const found = ofBrowser.map((file) => number.exec(texts.get(file) ?? '')?.[1]).find(Boolean);
    if (!found) throw new Error(`no ${number} in ${from}`);
    changes.set(found, String(Number(found) + 1));
  }
  for (const file of ofBrowser.filter((file) => file.includes('/immutable/')))
    changes.set(basename(file), basename(file).replace(/\.js$/, '_.js'));
  const old = new RegExp([...changes.keys()].map((key) => RegExp.escape(key)).join('|'), 'g');
  const renewed = (text: string) => text.replace(old, (found) => changes.get(found) ?? found);
  for (const [file, text] of texts) {
    rmSync(join(to, file));
    writeFileSync(join(to, renewed(file)), renewed(text));
  }
}
