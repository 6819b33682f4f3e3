/** What it takes to open the app with few and with many conversations, and what it holds. */
import type { Host } from '../lab/host.ts';
import { Somewhere } from './crowd.ts';
import { median } from './budgets.ts';
import { hour } from './hour.ts';
import { openings, switching, type Openings } from './opening.ts';
import { withShare } from './quota.ts';

export type Starting = {
  readonly size: number;
  readonly signIn: number;
  readonly memory: number;
  readonly opening: Openings;
  readonly slow: Openings;
  readonly switching: number;
};

/** Each size against the others, turn by turn. */
export async function starting(
  host: Host,
  sizes: readonly number[],
  { samples }: { samples: number }
): Promise<Starting[]> {
  const places: Somewhere[] = [];
  try {
    for (const size of sizes) places.push(await Somewhere.start(host, size));
    const signIns: number[] = [];
    const memories: number[] = [];
    for (const place of places) {
      signIns.push(await place.signIn());
      await place.quiet();
      memories.push(await place.memory());
    }
    const devices = places.map(({ device }) => device);
    const normal = await openings(devices, { samples });
    const switched: number[] = [];
    for (const device of devices) switched.push(await switching(device));
    const slow = await openings(devices, { samples: Math.min(3, samples), slower: 4 });
    return places.map(({ size }, index) => ({
      size,
      signIn: signIns[index] ?? Number.NaN,
      memory: memories[index] ?? Number.NaN,
      opening: normal[index] as Openings,
      slow: slow[index] as Openings,
      switching: switched[index] ?? Number.NaN
    }));
  } finally {
    for (const place of places) await place.stop();
  }
}

/** On a quarter of one core: ms to the list, and to the first paint of the sign-in page, which needs nothing. */
export async function onQuarterCore(host: Host, size: number): Promise<{ painted: number; signInPage: number }> {
  const place = await Somewhere.start(host, size);
  try {
    await place.signIn();
    await place.quiet();
    const { device } = place;
    const first = async (path: string, mark: 'firstPaint' | 'painted'): Promise<number> => {
      await device.open(path);
      await device.page.waitForFunction((mark) => window.marks?.[mark] !== undefined, mark, { timeout: 60_000 });
      return device.page.evaluate((mark) => window.marks[mark], mark);
    };
    return await withShare(device.pid, 0.25, async () => {
      const [signInPages, lists]: [number[], number[]] = [[], []];
      for (let sample = 0; sample <= 3; sample++) {
        const times = [await first('/sign-in', 'firstPaint'), await first('/chats', 'painted')] as const;
        // What follows an opening, a message on its way among it, must not slow the next one.
        await place.quiet();
        if (sample === 0) continue;
        signInPages.push(times[0]);
        lists.push(times[1]);
      }
      return { painted: median(lists), signInPage: median(signInPages) };
    });
  } finally {
    await place.stop();
  }
}

/**
 * MB after the first minutes of use, and after an hour of it. What a browser compiles of code that has just come, more
 * than a megabyte, it compiles once: it is no growth.
 */
export async function afterAnHour(host: Host, size: number): Promise<{ before: number; after: number }> {
  const place = await Somewhere.start(host, size);
  try {
    await place.signIn();
    await place.quiet();
    await hour(place, 0.1);
    await place.quiet();
    const before = await place.memory();
    await hour(place);
    await place.quiet();
    return { before, after: await place.memory() };
  } finally {
    await place.stop();
  }
}
