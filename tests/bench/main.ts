/** `npm run bench`: figures as JSON in test-results/bench.json and as a table; fails when a budget is not kept. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { launch } from '../lab/browsers.ts';
import { freePort } from '../lab/free-port.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { judge, type Figures } from './budgets.ts';
import { messageTrips } from './message.ts';
import { signInJavaScript } from './sign-in-page.ts';
import { afterAnHour, onQuarterCore, starting } from './starting.ts';
import { starts } from './starts.ts';

const say = (text: string): unknown => process.stdout.write(`${text}\n`);

type OfZone = 'idleMemory' | 'signInJavaScript' | 'plainMessage' | 'sealedMessage';

async function inOneZone(): Promise<Pick<Figures, OfZone>> {
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

async function withCrowds(): Promise<Omit<Figures, OfZone | 'firstStart' | 'secondStart'>> {
  const local = await openLocal();
  const share = (a: number, b: number): number => a / b;
  try {
    const [few, many] = await starting(local.host, [20, 5000], { samples: 7 });
    if (!few || !many) throw new Error('two sizes were asked for');
    const quarter = await onQuarterCore(local.host, 5000);
    const [thousand, thousands] = [await afterAnHour(local.host, 1000), many.memory];
    return {
      painted: many.opening.painted,
      paintedRatio: share(many.opening.painted, few.opening.painted),
      usable: many.opening.usable,
      usableRatio: share(many.opening.usable, few.opening.usable),
      usableSlow: many.slow.usable,
      quarterCore: share(quarter.painted, quarter.signInPage),
      signIn: many.signIn,
      switching: many.switching,
      longestTask: many.opening.longest,
      memory: thousand.before,
      memoryRatio: share(thousands, thousand.before),
      memoryGrowth: share(thousand.after, thousand.before)
    };
  } finally {
    await local.close();
  }
}

const crowds = await withCrowds();
const inZone = await inOneZone();
const { first, second } = await starts(await freePort());
const figures: Figures = { ...crowds, ...inZone, firstStart: first, secondStart: second };
const { lines, kept } = judge(figures);
mkdirSync('test-results', { recursive: true });
writeFileSync('test-results/bench.json', `${JSON.stringify({ at: new Date().toISOString(), figures }, null, 2)}\n`);
for (const line of lines) say(line);
say(kept ? 'All budgets are kept.' : 'A budget is not kept.');
process.exit(kept ? 0 : 1);
