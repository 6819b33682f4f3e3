import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { findings, root, sources, type Rule } from './sources.ts';

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Folders that every Linux has: to name one of them says nothing of this machine. */
const everywhere = new Set([
  '/',
  '/bin',
  '/etc',
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr',
  '/var'
]);

/** The folder that this checkout stands in, and those above it. */
function foldersAbove(folder: string): readonly string[] {
  const parts = folder.split('/').slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`).filter((path) => !everywhere.has(path));
}

/** No file names a place of one machine. */
const noMachinePaths = (folders: readonly string[]): Rule => {
  const patterns = [
    ...folders.map((folder) => new RegExp(`(?<![\\w.~*-])${quoted(folder)}(?![\\w-])`, 'g')),
    /(?<![\w.-])\/(?:home|Users)\/[a-z][\w.-]*\//g
  ];
  return (files) => files.flatMap((source) => patterns.flatMap((pattern) => findings(source, pattern, 'names a path')));
};

const publicHosts = new Set(['registry.npmjs.org', 'pypi.org', 'files.pythonhosted.org', 'deb.debian.org']);

/** The registries that this machine is set up to ask, other than those of the world. */
function privateRegistries(): readonly string[] {
  const npm = execFileSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore']
  });
  return [npm, process.env.PIP_INDEX_URL, process.env.PIP_EXTRA_INDEX_URL, process.env.GOPROXY]
    .flatMap((value) =>
      [...(value ?? '').matchAll(/https?:\/\/(?:[^@/\s]*@)?([^/:,\s|]+)/g)].map(([, host]) => host ?? '')
    )
    .filter((host) => host && !publicHosts.has(host));
}

/** No file names a registry: where packages come from is the installing machine's choice. */
const noRegistries = (hosts: readonly string[]): Rule => {
  const patterns = [...[...publicHosts, ...hosts].map((host) => new RegExp(quoted(host), 'gi'))];
  return (files) =>
    files.flatMap((source) => patterns.flatMap((pattern) => findings(source, pattern, 'names a registry')));
};

/** Nothing is left for later, silenced or switched off. */
const nothingLeftOver: Rule = (files) =>
  files
    .filter(({ path }) => /\.(?:svelte|css|py|[cm]?[jt]s)$/.test(path))
    .flatMap((source) =>
      [
        /\b(?:TODO|FIXME|XXX|HACK)\b/g,
        /eslint-disable|svelte-ignore|prettier-ignore|@ts-(?:ignore|nocheck|expect-error)/g,
        /\b(?:it|test|describe)\.(?:only|skip|todo|fixme|fails)\b/g
      ].flatMap((pattern) => findings(source, pattern, 'leaves something over'))
    );

describe('marks of where and how a file was made', () => {
  // This file names what it looks for.
  const files = sources().filter(({ path }) => path !== 'tests/house/marks.test.ts');
  const sample = (text: string, path = 'a.ts') => [{ path, text }];

  it('no file names a path of a machine', () => {
    const folders = [...new Set([...foldersAbove(root), ...foldersAbove(homedir())])];
    expect(foldersAbove('/data/people/me/house')).toEqual([
      '/data',
      '/data/people',
      '/data/people/me',
      '/data/people/me/house'
    ]);
    const rule = noMachinePaths(['/data/people']);
    expect(rule(sample('cd /data/people/me')).length).toBe(1);
    expect(rule(sample("open('/home/anna/x')")).length).toBe(1);
    expect(rule(sample('https://example.org/data/people /data/peoples'))).toEqual([]);
    expect(noMachinePaths(folders)(files)).toEqual([]);
  });

  it('no file names a registry', () => {
    expect(noRegistries(['npm.example'])(sample('curl https://npm.example/x')).length).toBe(1);
    expect(noRegistries([])(sample('"resolved": "https://registry.npmjs.org/x"')).length).toBe(1);
    expect(noRegistries(privateRegistries())(files)).toEqual([]);
  });

  it('nothing is left over', () => {
    for (const bad of [
      '// TODO: later',
      '// eslint-disable-next-line',
      'it.skip("x")',
      '<!-- svelte-ignore a11y -->'
    ]) {
      expect(nothingLeftOver(sample(bad)).length, bad).toBe(1);
    }
    expect(nothingLeftOver(files)).toEqual([]);
  });
});
