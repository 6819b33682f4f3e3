/** A browser with a profile on disk, as people have one: its page is opened anew as often as one wants. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type CDPSession, type Page } from '@playwright/test';
import { chromiumProgram, flags } from '../lab/browsers.ts';
import type { Host } from '../lab/host.ts';
import { until } from '../lab/process.ts';
import { probe, type Marks } from './probe.ts';
import { Worker } from './worker.ts';

export type Somebody = { readonly name: string; readonly password: string };

export class Device {
  readonly context: BrowserContext;
  readonly origin: string;
  readonly #session: CDPSession;
  readonly #profile: string;
  #page: Page | undefined;

  private constructor(context: BrowserContext, origin: string, session: CDPSession, profile: string) {
    this.context = context;
    this.origin = origin;
    this.#session = session;
    this.#profile = profile;
  }

  static async start(host: Host, origin: string): Promise<Device> {
    const profile = mkdtempSync(join(host.directory, 'profile-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: host.executable(chromiumProgram),
      env: { ...host.env, HOME: host.directory },
      args: [...flags, '--lang=en'],
      viewport: { width: 1280, height: 800 }
    });
    const browser = context.browser();
    if (!browser) throw new Error('the browser cannot be asked for its workers');
    await context.addInitScript(probe);
    return new Device(context, origin, await browser.newBrowserCDPSession(), profile);
  }

  get page(): Page {
    if (!this.#page) throw new Error('no page is open');
    return this.#page;
  }

  /** Of the browser's first process. */
  get pid(): number {
    const line = execFileSync('pgrep', ['-f', '-o', `user-data-dir=${this.#profile}`], { encoding: 'utf8' });
    return Number(line.trim());
  }

  /** Closes the page, and with it the worker; then opens another. @param slower how many times the page's processor is slowed */
  async open(path: string, { slower = 1 } = {}): Promise<void> {
    await this.close();
    this.#page = await this.context.newPage();
    if (slower > 1) {
      const session = await this.context.newCDPSession(this.page);
      await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
    }
    await this.page.goto(`${this.origin}${path}`, { waitUntil: 'commit' });
  }

  async close(): Promise<void> {
    const pages = this.context.pages();
    // A browser without any page would end.
    const stays = pages.find((page) => page !== this.#page) ?? (await this.context.newPage());
    await stays.goto('about:blank');
    await this.#page?.close();
    this.#page = undefined;
    await until('the worker to end', async () => (await Worker.all(this.#session)).length === 0, { every: 20 });
  }

  /** @returns when the form was sent, ms since the epoch */
  async signIn({ name, password }: Somebody): Promise<number> {
    await this.open('/sign-in');
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    const at = this.page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          addEventListener('submit', () => resolve(Date.now()), { capture: true, once: true })
        )
    );
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    return at;
  }

  /** What the page has noted, once it has been used. */
  async used(): Promise<Marks> {
    await this.page.waitForFunction(() => window.marks?.usable !== undefined, null, { polling: 50, timeout: 60_000 });
    return this.page.evaluate(() => window.marks);
  }

  /** The one worker behind the page. */
  async worker(): Promise<Worker> {
    const [worker] = await Worker.all(this.#session);
    if (!worker) throw new Error('there is no worker');
    return worker;
  }

  /** Bytes that the page and its worker use after a collection: JavaScript, and the memory of WebAssembly. */
  async memory(): Promise<{ page: number; worker: number; wasm: number }> {
    const session = await this.context.newCDPSession(this.page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return { page: usedSize, ...(await (await this.worker()).memory()) };
  }

  async stop(): Promise<void> {
    await this.context.close();
  }
}
