import { pageLock, type FromPage } from './names.ts';

/**
 * Says for the life of the page that its build is in use, and registers the service worker. For the browser, after the
 * first paint, once somebody is signed in. Without one the app works, but only online and without pictures.
 */
export async function keepOffline(version: string): Promise<void> {
  // Not on a page without TLS.
  if (!('serviceWorker' in navigator)) return;
  await navigator.locks.request(pageLock(version), { mode: 'shared' }, async () => {
    await register().catch((thrown) => console.warn('the app is not kept for offline:', thrown));
    return new Promise(() => undefined);
  });
}

async function register(): Promise<void> {
  // In development it is served as it is written.
  const type = import.meta.env.DEV ? 'module' : 'classic';
  const registration = await navigator.serviceWorker.register('/service-worker.js', { type });
  await navigator.serviceWorker.ready;
  // To the newest. A word to one that is about to be replaced starts it once more, and Chromium then loses the next page
  // that is asked of it: a reload without end.
  const { installing, waiting, active } = registration;
  (installing ?? waiting ?? active)?.postMessage({ t: 'here' } satisfies FromPage);
}
