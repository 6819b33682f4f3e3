import * as v from 'valibot';
import { buildCache, buildOf, filesCache, listPath, pageLockOf } from './names.ts';

const paths = v.array(v.pipe(v.string(), v.regex(/^\/(?!\/)/)));
const list = v.object({
  /** The page that opens at every address of the app. */
  shell: v.pipe(v.string(), v.regex(/^\/(?!\/)/)),
  /** With a hash in their names. */
  hashed: paths,
  /** The rest that the shell needs. */
  plain: paths
});
type List = v.InferOutput<typeof list>;

/** At once; more would hold up what the page itself asks for. */
const lanes = 4;

/** What a build needs of its surroundings: the service worker's own, or a test's. */
export type Surroundings = {
  readonly caches: CacheStorage;
  readonly fetch: (address: string, init?: RequestInit) => Promise<Response>;
};

/** Fetches what is not there yet of a build. Fails, and the browser tries again later, unless all of it came. */
export async function keep(version: string, { caches, fetch }: Surroundings): Promise<void> {
  const answer = await good(fetch(listPath, { cache: 'no-store' }));
  const { shell, hashed, plain } = v.parse(list, await answer.clone().json());
  const files = await caches.open(filesCache);
  const waiting = [...hashed];
  const lane = async (): Promise<void> => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
      if (!(await files.match(path))) await files.put(path, await good(fetch(path)));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const build = await caches.open(buildCache(version));
  for (const path of plain) await build.put(path, await good(fetch(path, { cache: 'no-cache' })));
  await keepShell(build, shell, hashed, fetch);
  await build.put(listPath, answer);
}

/** The shell with its headers: its policy comes with it. Between two builds the zone may give the page of another. */
async function keepShell(
  build: Cache,
  shell: string,
  hashed: readonly string[],
  fetch: Surroundings['fetch']
): Promise<void> {
  const page = await good(fetch(shell, { cache: 'no-cache' }));
  const named = (await page.clone().text()).match(/\/_app\/immutable\/[^"')\s]+/g) ?? [];
  const foreign = named.find((path) => !hashed.includes(path));
  if (foreign) throw new Error(`the shell is of another build: ${foreign}`);
  await build.put(shell, page);
}

/** Only what is whole, and what was asked for: no error, no page that a proxy put in its place. */
async function good(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (answer.status !== 200 || answer.redirected) throw new Error(`${answer.status} ${answer.url}`);
  return answer;
}

/** The list of a build that is here as a whole. */
async function listOf(version: string, caches: CacheStorage): Promise<List | undefined> {
  const answer = await caches.match(listPath, { cacheName: buildCache(version) });
  return answer && v.parse(list, await answer.json());
}

/** The page for an address of the app, as it was kept. */
export async function shellOf(version: string, caches: CacheStorage): Promise<Response | undefined> {
  const found = await listOf(version, caches);
  return found && caches.match(found.shell, { cacheName: buildCache(version) });
}

/** Where the zone's policy has changed since, the page is fetched anew: an old policy lasts for one load at most. */
export async function renew(version: string, seen: Response, { caches, fetch }: Surroundings): Promise<void> {
  const header = 'content-security-policy';
  const [found, kept] = await Promise.all([listOf(version, caches), shellOf(version, caches)]);
  if (!found || !kept || kept.headers.get(header) === seen.headers.get(header)) return;
  await keepShell(await caches.open(buildCache(version)), found.shell, found.hashed, fetch);
}

/** How many pages are open, and the locks: each page says by one of which build it is. */
export type Pages = {
  readonly open: number;
  readonly locks: readonly { readonly name?: string }[];
};

/** The builds that open pages are of; null where a page has not said it yet. */
export function buildsInUse({ open, locks }: Pages): ReadonlySet<string> | null {
  // Counted: Chromium calls who holds a lock by another id than the page (`LockInfo.clientId`, `Client.id`).
  const said = locks.flatMap(({ name }) => pageLockOf(name) ?? []);
  return said.length < open ? null : new Set(said);
}

/** Removes builds that no page is of, and the files that only they had. */
export async function sweep(version: string, pages: Pages, caches: CacheStorage): Promise<void> {
  const used = buildsInUse(pages);
  if (!used) return;
  const needed = new Set<string>();
  for (const name of await caches.keys()) {
    const build = buildOf(name);
    if (build === null) continue;
    if (build !== version && !used.has(build)) await caches.delete(name);
    else for (const path of (await listOf(build, caches))?.hashed ?? []) needed.add(path);
  }
  const files = await caches.open(filesCache);
  for (const request of await files.keys()) if (!needed.has(new URL(request.url).pathname)) await files.delete(request);
}
