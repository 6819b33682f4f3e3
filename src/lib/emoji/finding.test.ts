import { readFile } from 'node:fs/promises';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { Locale } from '$lib/paraglide/runtime';
import { signFinder } from './finding';

beforeEach(() => {
  vi.stubGlobal('fetch', async (address: string) => {
    const name = /\/(\w\w)\.json/.exec(address)?.[1] ?? '';
    return new Response(await readFile(new URL(`${name}.json`, import.meta.url)));
  });
  onTestFinished(() => void vi.unstubAllGlobals());
});

const find = async (language: Locale, term: string) => (await signFinder(language))(term).map(({ sign }) => sign);

it.each<[Locale, string, string]>([
  ['en', '+1', '👍️'],
  ['en', 'heart', '❤️'],
  ['en', 'pizza', '🍕'],
  ['ca', 'pizza', '🍕'],
  ['en', 'PIZ', '🍕']
])('in %s, %s is first %s', async (language, term, sign) => {
  expect((await find(language, term))[0]).toBe(sign);
});

it.each<[Locale, string]>([
  ['ca', 'cor vermell'],
  ['es', 'corazón rojo'],
  ['es', 'corazon']
])('in %s, %s finds the red heart', async (language, term) => expect(await find(language, term)).toContain('❤️'));

it('what has that very name comes before what only begins so', async () => {
  const found = await find('en', 'cat');
  expect(found.indexOf('🐈️')).toBeLessThan(found.indexOf('😹'));
  expect(found).toHaveLength(8);
});

it('nothing is called so', async () => expect(await find('en', 'qqqq')).toEqual([]));

it('without a network there are none', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('no network')));
  await expect(signFinder('en')).rejects.toThrow('no network');
});
