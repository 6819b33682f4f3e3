import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { gzipSync } from 'node:zlib';

const client = join(import.meta.dirname, '..', '..', 'build', 'client');

/** ms without anything loaded, after which the page has what it needs. */
const quiet = 1000;

/**
 * KB (1000 bytes) of JavaScript, each file gzipped alone, that the sign-in page loads by itself before anybody touches
 * it. Workers start later and are not part of it.
 */
export async function signInJavaScript(browser: Browser, origin: string): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${origin}/sign-in`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  // The page starts its engine at the first idle moment: what that brings into the page counts too, all of it.
  await page.evaluate(
    (rest) =>
      new Promise<void>((resolve) => {
        let timer = setTimeout(resolve, rest);
        new PerformanceObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(resolve, rest);
        }).observe({ type: 'resource' });
      }),
    quiet
  );
  const paths = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((entry) => new URL(entry.name).pathname)
      .filter((path) => path.endsWith('.js') && !path.includes('/workers/'))
  );
  await context.close();
  if (paths.length === 0) throw new Error('the page loaded no JavaScript: nothing was measured');
  const bytes = [...new Set(paths)].map((path) => gzipSync(readFileSync(join(client, path)), { level: 9 }).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1000;
}
