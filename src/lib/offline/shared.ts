/**
 * What another app of the device has handed over (Web Share Target API, `share_target` of the manifest): the service
 * worker keeps it, a page says where it goes. It stays in this browser until then, a day at most.
 */

export const sharePath = '/share';
const cacheName = 'tertulia-shared';
const wordsPath = `${sharePath}/words`;

/** How much of it is taken: more is a mistake or a hostile page. */
const mostFiles = 50;
const longest = 64 * 1024;
/** ms. */
const keptFor = 24 * 60 * 60 * 1000;

export type Shared = { readonly text: string; readonly files: readonly File[] };

type Words = {
  readonly text: string;
  readonly at: number;
  readonly files: readonly { readonly name: string; readonly type: string }[];
};

/** The words of a form in their order, each once: some apps put the address into the text, too. */
function textIn(form: FormData): string {
  const words = ['title', 'text', 'url'].flatMap((name) => {
    const said = form.get(name);
    return typeof said === 'string' && said.trim() !== '' ? [said.trim()] : [];
  });
  const own = words.filter(
    (one, at) => !words.some((other, place) => place !== at && other.includes(one) && (other !== one || place < at))
  );
  return own.join('\n').slice(0, longest);
}

/** In place of what was handed over before. Rejects where the browser has no room for it. */
export async function keepShared(form: FormData, storage: CacheStorage, now = Date.now()): Promise<void> {
  await storage.delete(cacheName);
  const files = form
    .getAll('files')
    .filter((one): one is File => one instanceof File && one.name !== '')
    .slice(0, mostFiles);
  const words: Words = { text: textIn(form), at: now, files: files.map(({ name, type }) => ({ name, type })) };
  if (words.text === '' && files.length === 0) return;
  const cache = await storage.open(cacheName);
  for (const [index, file] of files.entries()) await cache.put(`${sharePath}/file/${index}`, new Response(file));
  // Last: what is not whole is nothing.
  await cache.put(wordsPath, Response.json(words));
}

/** What waits; null: nothing. */
export async function sharedHere(storage: CacheStorage, now = Date.now()): Promise<Shared | null> {
  const answer = await storage.match(wordsPath, { cacheName });
  if (!answer) return null;
  const { text, at, files } = (await answer.json()) as Words;
  if (now - at > keptFor) {
    await forgetShared(storage);
    return null;
  }
  const bytes = files.map(async ({ name, type }, index) => {
    const kept = await storage.match(`${sharePath}/file/${index}`, { cacheName });
    return kept ? [new File([await kept.blob()], name, { type })] : [];
  });
  return { text, files: (await Promise.all(bytes)).flat() };
}

export async function forgetShared(storage: CacheStorage): Promise<void> {
  await storage.delete(cacheName);
}
