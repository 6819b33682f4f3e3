import type { Page } from '@playwright/test';

/** The service worker has the page, and all that the app needs without a network. */
export async function keptForOffline(page: Page): Promise<void> {
  await page.waitForFunction(async () => {
    const kept = await caches.match('/_app/offline.json');
    return navigator.serviceWorker.controller !== null && kept !== undefined;
  });
}
