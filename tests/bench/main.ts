/** `npm run bench`: figures as JSON in test-results/bench.json and as a table; fails when a budget is not kept. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { launch } from '../lab/browsers.ts';
import { freePort } from '../lab/free-port.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { judge, type Figures } from './budgets.ts';
import { messageTrips } from './message.ts';
import { signInJavaScript } from './sign-in-page.ts';
import { starts } from './starts.ts';

const say = (text: string): unknown => process.stdout.write(`${text}\n`);

async function inOneZone(): Promise<Omit<Figures, 'firstStart' | 'secondStart'>> {
  const local = await openLocal();
  try {
    const zone = await Zone.local(local.host);
    // Before anybody came: what it costs a volunteer's machine to have a zone.
    const idleMemory = (await zone.memory()) / 1e6;
    const { browser } = await launch(local.host);
    try {
      const javaScript = await signInJavaScript(browser, zone.origin);
      const trips = await messageTrips(browser, local.host, zone.origin);
      return { idleMemory, signInJavaScript: javaScript, plainMessage: trips.plain, sealedMessage: trips.sealed };
    } finally {
      await browser.close();
    }
  } finally {
    await local.close();
  }
}

const inZone = await inOneZone();
const { first, second } = await starts(await freePort());
const figures: Figures = { ...inZone, firstStart: first, secondStart: second };
const { lines, kept } = judge(figures);
mkdirSync('test-results', { recursive: true });
writeFileSync('test-results/bench.json', `${JSON.stringify({ at: new Date().toISOString(), figures }, null, 2)}\n`);
for (const line of lines) say(line);
say(kept ? 'All budgets are kept.' : 'A budget is not kept.');
process.exit(kept ? 0 : 1);
