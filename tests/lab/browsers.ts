/** Chromium in a host of the lab. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from '@playwright/test';
import type { Authority } from './authority.ts';
import type { Host } from './host.ts';

const program = '/usr/bin/chromium';

const flags = [
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

/** One browser for a host; people are contexts of it. It has a HOME of its own, and dies with the host. */
export async function launch(host: Host, authority?: Authority): Promise<Browser> {
  const home = join(host.directory, 'home');
  mkdirSync(home, { recursive: true });
  if (authority) await authority.trustInBrowser(home);
  return chromium.launch({
    executablePath: host.executable(program),
    env: { ...host.env, HOME: home },
    args: [...flags, '--lang=en']
  });
}
