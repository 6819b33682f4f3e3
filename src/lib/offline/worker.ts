/// <reference lib="webworker" />
import { answerMedia } from '../matrix/media/answer.ts';
import { forgetStrangers } from '../matrix/media/kept.ts';
import { answered } from './address.ts';
import { keep, renew, shellOf, sweep } from './build.ts';
import { clear, follow, show } from './notices.ts';
import { pushed } from './push.ts';
import { keepShared, sharePath } from './shared.ts';
import { buildCache, filesCache, type FromPage } from './names.ts';

declare const self: ServiceWorkerGlobalScope;

/**
 * How long the network may take with a page before the one that is kept is shown, ms. What the server gives is of the
 * newest build; on a slow line a page at once is worth more, and the next load has the new build.
 */
const patience = 100;

/** Keeping a build and removing others never run at once. */
const keeping = 'tertulia-keeping-builds';

/** Static routing (Service Workers, `addRoutes`), which the DOM's types do not have yet. */
type Route = { condition: { urlPattern: string }; source: 'network' | 'fetch-event' | { cacheName: string } };
type InstallEvent = ExtendableEvent & { addRoutes?(routes: readonly Route[]): Promise<void> };

/** What needs no decision does not wake the worker: above all the engine's requests, each of which would pass here. */
const routes: readonly Route[] = [
  { condition: { urlPattern: '/_matrix/client/v1/media/*' }, source: 'fetch-event' },
  { condition: { urlPattern: '/_matrix/*' }, source: 'network' },
  { condition: { urlPattern: '/_app/immutable/*' }, source: { cacheName: filesCache } }
];

const surroundings = { caches: self.caches, fetch: (...asked: Parameters<typeof fetch>) => self.fetch(...asked) };

/**
 * The service worker of one build. Pages of several builds may be open under one worker: files have their hash in their
 * name, so that each finds its own, and a new worker takes over at once.
 */
export function serve(version: string): void {
  self.addEventListener('install', (event) => event.waitUntil(install(event, version)));
  self.addEventListener('activate', (event) => event.waitUntil(activate(version)));
  self.addEventListener('message', (event) => {
    const word = event.data as FromPage | null;
    if (word?.t === 'here') event.waitUntil(tidy(version));
    else if (word?.t === 'show') event.waitUntil(show(word.notice));
    else if (word?.t === 'clear') event.waitUntil(clear((tag) => tag === word.tag));
  });
  self.addEventListener('push', (event) => event.waitUntil(pushed(event.data)));
  self.addEventListener('notificationclick', (event) => event.waitUntil(follow(event.notification)));
  self.addEventListener('fetch', (event) => {
    switch (answered(event.request, self.location.origin)) {
      case 'page':
        return event.respondWith(page(event, version));
      case 'file':
        return event.respondWith(kept(event.request, filesCache));
      case 'plain':
        return event.respondWith(kept(event.request, buildCache(version)));
      case 'media':
        return event.respondWith(answerMedia(event.request, (work) => event.waitUntil(work)));
      case 'share':
        return event.respondWith(takeShared(event.request));
      case 'nothing':
    }
  });
}

async function install(event: InstallEvent, version: string): Promise<void> {
  // Where the browser does not know these, the worker itself comes to the same.
  await event.addRoutes?.(routes).catch((thrown) => console.warn('no static routes', thrown));
  // In development there is no build to keep, only media to carry the token to.
  if (!import.meta.env.DEV) await navigator.locks.request(keeping, () => keep(version, surroundings));
  await self.skipWaiting();
}

async function activate(version: string): Promise<void> {
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  await tidy(version);
}

/** Removes what belongs to nobody any more, unless a newer worker is about to take over. */
async function tidy(version: string): Promise<void> {
  const { installing, waiting } = self.registration;
  if (installing || waiting) return;
  await navigator.locks.request(keeping, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const { held = [] } = await navigator.locks.query();
    await sweep(version, { open: open.length, locks: held }, self.caches);
  });
  await forgetStrangers();
}

/** A page asks where it goes; what could not be kept is nothing there. */
async function takeShared(request: Request): Promise<Response> {
  await request
    .formData()
    .then((form) => keepShared(form, self.caches))
    .catch((thrown) => console.warn('not taken over:', thrown));
  return Response.redirect(sharePath, 303);
}

/** The newest page where the zone gives it in time, else the one that is kept; an error where there is neither. */
async function page(event: FetchEvent, version: string): Promise<Response> {
  const asked = Promise.resolve(event.preloadResponse).then((early?: Response) => early ?? fetch(event.request));
  const usable = asked.then(
    (answer) => (answer.status < 500 ? answer : undefined),
    () => undefined
  );
  const renewed = usable.then((answer) => (answer?.ok ? renew(version, answer, surroundings) : undefined));
  // The next load tries again.
  event.waitUntil(renewed.catch((thrown) => console.warn('the page was not renewed:', thrown)));
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience));
  return (await Promise.race([usable, late])) ?? (await shellOf(version, self.caches)) ?? asked;
}

async function kept(request: Request, cacheName: string): Promise<Response> {
  return (await self.caches.match(request, { cacheName })) ?? fetch(request);
}
