/** Chromium in a host of the lab. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from '@playwright/test';
import type { Authority } from './authority.ts';
import type { Host } from './host.ts';
import { Witness } from './witness.ts';

export const chromiumProgram = '/usr/bin/chromium';

export const flags = [
  // It runs as root here, where its sandbox refuses to start.
  '--no-sandbox',
  // No calls to its maker: there is no internet, and a test must not depend on it.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--disable-features=WebRtcHideLocalIpsWithMdns'
];

/** A browser and what is heard of its complaints. */
export type Watched = { readonly browser: Browser; readonly witness: Witness };

/** One browser for a host; people are contexts of it. It has a HOME of its own, and dies with the host. */
export async function launch(host: Host, authority?: Authority): Promise<Watched> {
  const home = join(host.directory, 'home');
  mkdirSync(home, { recursive: true });
  if (authority) await authority.trustInBrowser(home);
  const browser = await withTemporary(join(host.directory, 'tmp'), () =>
    chromium.launch({
      executablePath: host.executable(chromiumProgram),
      env: { ...host.env, HOME: home },
      args: [...flags, '--lang=en']
    })
  );
  return { browser, witness: await Witness.of(browser) };
}

const ownTemporary = process.env.TMPDIR;

/** Playwright makes a browser's profile in the temporary directory of the moment; in the host's it goes with the lab. */
async function withTemporary<T>(directory: string, run: () => Promise<T>): Promise<T> {
  process.env.TMPDIR = directory;
  try {
    return await run();
  } finally {
    if (ownTemporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = ownTemporary;
  }
}
