/**
 * `npm run bench`: figures as JSON in test-results/bench.json and as a table; fails when a budget is not kept.
 * `node tests/bench/main.ts PART…` measures those parts alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { launch } from '../lab/browsers.ts';
import { freePort } from '../lab/free-port.ts';
import type { Host } from '../lab/host.ts';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { judge, type Figures } from './budgets.ts';
import { fileSending } from './file.ts';
import { line } from './line.ts';
import { longConversation } from './long.ts';
import { messageTrips } from './message.ts';
import { signInJavaScript } from './sign-in-page.ts';
import { afterAnHour, onQuarterCore, starting } from './starting.ts';
import { openings } from './opening.ts';
import { Seeded } from './seeded.ts';
import { starts } from './starts.ts';

const say = (text: string): unknown => process.stdout.write(`${text}\n`);
const share = (a: number, b: number): number => a / b;

/** What each part finds out, given a host of its own. One that fails leaves the others their figures. */
const parts: Record<string, (host: Host) => Promise<Partial<Figures>>> = {
  opening: async (host) => {
    const [few, thousand, many] = await starting(host, [20, 1000, 5000], { samples: 7 });
    if (!few || !thousand || !many) throw new Error('three sizes were asked for');
    return {
      painted: many.opening.painted,
      paintedRatio: share(many.opening.painted, few.opening.painted),
      usable: many.opening.usable,
      usableRatio: share(many.opening.usable, few.opening.usable),
      usableSlow: many.slow.usable,
      signIn: many.signIn,
      switching: many.switching,
      longestTask: many.opening.longest,
      memory: thousand.memory,
      memoryRatio: share(many.memory, thousand.memory)
    };
  },
  synapse: async (host) => {
    const zone = await Zone.local(host);
    const places = await Seeded.all(host, zone, [20, 200, 1000]);
    try {
      for (const place of places) {
        await place.signIn();
        await place.quiet();
      }
      const [few, , many] = await openings(
        places.map(({ device }) => device),
        { samples: 7 }
      );
      if (!few || !many) throw new Error('three sizes were asked for');
      return {
        synapsePaintedRatio: share(many.painted, few.painted),
        synapseUsableRatio: share(many.usable, few.usable)
      };
    } finally {
      for (const place of places) await place.stop();
    }
  },
  quarter: async (host) => {
    const { painted, signInPage } = await onQuarterCore(host, 5000);
    return { quarterCore: share(painted, signInPage) };
  },
  hour: async (host) => {
    const { before, after } = await afterAnHour(host, 1000);
    return { memoryGrowth: share(after, before) };
  },
  zone: async (host) => {
    const zone = await Zone.local(host);
    // Before anybody came: what it costs a volunteer's machine to have a zone.
    const idleMemory = (await zone.memory()) / 1e6;
    const { browser } = await launch(host);
    try {
      const javaScript = await signInJavaScript(browser, zone.origin);
      const trips = await messageTrips(browser, host, zone.origin);
      return { idleMemory, signInJavaScript: javaScript, plainMessage: trips.plain, sealedMessage: trips.sealed };
    } finally {
      await browser.close();
    }
  },
  long: async (host) => {
    const { ratio, dropped } = await longConversation(host);
    return { longRatio: ratio, longDropped: dropped };
  },
  files: async (host) => {
    const zone = await Zone.local(host);
    const { browser } = await launch(host);
    const far = await line(Number(new URL(zone.origin).port), 100);
    try {
      const { ratio, longest } = await fileSending(browser, host, `http://localhost:${far.port}`);
      return { fileRatio: ratio, fileTask: longest };
    } finally {
      await browser.close();
      far.close();
    }
  },
  starts: async () => {
    const { first, second } = await starts(await freePort());
    return { firstStart: first, secondStart: second };
  }
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);

let figures: Partial<Figures> = {};
let whole = true;
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const local = await openLocal();
  try {
    const found = (await parts[name]?.(local.host)) ?? {};
    figures = { ...figures, ...found };
    for (const line of judge(found).lines) say(line);
  } catch (thrown) {
    whole = false;
    console.error(`✖ ${name}:`, thrown);
  } finally {
    await local.close();
  }
}
const { lines, kept } = judge(figures);
mkdirSync('test-results', { recursive: true });
writeFileSync('test-results/bench.json', `${JSON.stringify({ at: new Date().toISOString(), figures }, null, 2)}\n`);
say('');
for (const line of lines) say(line);
say(kept && whole ? 'All budgets are kept.' : 'A budget is not kept.');
process.exit(kept && whole ? 0 : 1);
