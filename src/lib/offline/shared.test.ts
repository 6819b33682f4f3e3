import { expect, it } from 'vitest';
import { forgetShared, keepShared, sharedHere } from './shared.ts';

/** As much of the browser's caches as it takes. */
function storage(): CacheStorage {
  const caches = new Map<string, Map<string, Response>>();
  const open = async (name: string) => {
    const cache = caches.get(name) ?? new Map<string, Response>();
    caches.set(name, cache);
    return { put: async (path: string, answer: Response) => void cache.set(path, answer) };
  };
  const match = async (path: string, { cacheName }: { cacheName: string }) => caches.get(cacheName)?.get(path)?.clone();
  return { open, match, delete: async (name: string) => caches.delete(name) } as unknown as CacheStorage;
}

function form(words: Record<string, string>, files: readonly File[] = []): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(words)) form.set(name, value);
  for (const file of files) form.append('files', file);
  return form;
}

it('what was handed over is there until it has gone somewhere', async () => {
  const here = storage();
  expect(await sharedHere(here)).toBeNull();
  const file = new File(['bread'], 'pa.txt', { type: 'text/plain' });
  await keepShared(form({ title: 'Forn', text: 'open at seven', url: 'https://forn.example/' }, [file]), here);
  const shared = await sharedHere(here);
  expect(shared?.text).toBe('Forn\nopen at seven\nhttps://forn.example/');
  expect(shared?.files.map(({ name, type }) => [name, type])).toEqual([['pa.txt', 'text/plain']]);
  expect(await shared?.files[0]?.text()).toBe('bread');
  await forgetShared(here);
  expect(await sharedHere(here)).toBeNull();
});

it('says nothing twice', async () => {
  const here = storage();
  const url = 'https://forn.example/';
  await keepShared(form({ title: 'Forn', text: `Forn ${url}`, url }), here);
  expect((await sharedHere(here))?.text).toBe(`Forn ${url}`);
  await keepShared(form({ title: 'Forn', text: 'Forn' }), here);
  expect((await sharedHere(here))?.text).toBe('Forn');
});

it('goes after a day, and with what comes next', async () => {
  const here = storage();
  await keepShared(form({ text: 'old' }), here, 0);
  expect(await sharedHere(here, 24 * 3_600_000)).toMatchObject({ text: 'old' });
  expect(await sharedHere(here, 24 * 3_600_000 + 1)).toBeNull();
  expect(await sharedHere(here, 0)).toBeNull();
  await keepShared(form({}, [new File(['x'], 'a.txt')]), here);
  await keepShared(form({ text: 'new' }), here);
  expect(await sharedHere(here)).toMatchObject({ text: 'new', files: [] });
});

it('nothing at all, and far too much, do no harm', async () => {
  const here = storage();
  await keepShared(form({ title: ' ', text: '' }, [new File([], '')]), here);
  expect(await sharedHere(here)).toBeNull();
  const many = Array.from({ length: 80 }, (_, at) => new File(['x'], `${at}.txt`));
  await keepShared(form({ text: 'x'.repeat(1_000_000) }, many), here);
  const shared = await sharedHere(here);
  expect([shared?.text.length, shared?.files.length]).toEqual([65_536, 50]);
});
