import { chromium, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prerenderedPages } from '../../src/lib/server/pages.ts';
import { weights } from '../bench/budgets.ts';
import { signInJavaScript } from '../bench/sign-in-page.ts';
import { chromiumOptions } from '../chromium.ts';
import { addresses, build, WebServer } from './server.ts';

/**
 * Waits in the page until the app's modules have run and what they changed is painted. As text: the test's own
 * compiler would rewrite `import`.
 */
const appToRun = `(async () => {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
  const modules = loaded.filter((name) => /\\/_app\\/immutable\\/(?:entry|nodes|chunks)\\/.*\\.js$/.test(name));
  await Promise.all(modules.map((name) => import(name)));
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
})()`;

/** What the page's own listener has heard; set before any script of the page runs. */
type Heard = { violations?: string[] };

describe('pages in Chromium', () => {
  let server: WebServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([WebServer.start(), chromium.launch(chromiumOptions)]);
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await server.stop();
  }, 20_000);

  /** Opens a page and gives what broke the policy or failed in its scripts. */
  async function complaintsOf(path: string, locale = 'en'): Promise<{ complaints: readonly string[]; text: string }> {
    const context = await browser.newContext({ locale, serviceWorkers: 'block' });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
      page.on('console', (message) => {
        if (/content security policy|refused to|hydration/i.test(message.text())) complaints.push(message.text());
      });
      await page.addInitScript(() => {
        const heard = window as unknown as Heard;
        heard.violations = [];
        document.addEventListener('securitypolicyviolation', (event) => {
          heard.violations?.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
        });
      });
      await page.goto(`${server.origin}${path}`);
      await page.evaluate(appToRun);
      const violations = await page.evaluate(
        () => (window as unknown as Heard).violations ?? ['the listener was not set']
      );
      return { complaints: [...complaints, ...violations], text: (await page.textContent('body')) ?? '' };
    } finally {
      await context.close();
    }
  }

  it('open without breaking the policy, in each language', async () => {
    const paths = prerenderedPages(`${build}/prerendered`).map(({ path }) => path);
    const all = new Set([...paths, ...addresses(), '/no/such/page']);
    for (const path of all) expect((await complaintsOf(path)).complaints, path).toEqual([]);
    expect((await complaintsOf('/', 'ca')).complaints).toEqual([]);
  }, 120_000);

  it('let people in with little JavaScript, what they load afterwards included', async () => {
    expect(await signInJavaScript(browser, server.origin)).toBeLessThan(weights.signInJavaScript.most);
  });

  it('are stopped from running a script that the policy does not name', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.origin);
    const outcome = await page.evaluate(async () => {
      const violation = new Promise<string>((told) => {
        document.addEventListener('securitypolicyviolation', (event) => told(event.violatedDirective), { once: true });
      });
      const script = document.createElement('script');
      script.textContent = 'window.foreign = true';
      document.head.append(script);
      return { directive: await violation, ran: 'foreign' in window };
    });
    await context.close();
    expect(outcome).toEqual({ directive: 'script-src-elem', ran: false });
  });
});
