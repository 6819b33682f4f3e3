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
  await navigator.serviceWorker.register('/service-worker.js', { type });
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ t: 'here' } satisfies FromPage);
}
