/** How long it takes to open the app, with few conversations and with many: turn by turn in one run. */
import { setTimeout as rest } from 'node:timers/promises';
import { until } from '../lab/process.ts';
import { median } from './budgets.ts';
import type { Device } from './device.ts';

export type Openings = {
  readonly painted: number;
  readonly usable: number;
  readonly firstPaint: number;
  readonly longest: number;
};

const figuresOf = (samples: readonly Openings[]): Openings => {
  const middle = (name: keyof Openings) => median(samples.map((sample) => sample[name]));
  return {
    painted: middle('painted'),
    usable: middle('usable'),
    firstPaint: middle('firstPaint'),
    // Not the middle one: no task may be long.
    longest: Math.max(...samples.map(({ longest }) => longest))
  };
};

/** Medians, ms from the navigation, one for each device. The first opening of each is not counted. */
export async function openings(
  devices: readonly Device[],
  { samples, slower = 1 }: { samples: number; slower?: number }
): Promise<Openings[]> {
  const all: Openings[][] = devices.map(() => []);
  for (let sample = 0; sample <= samples; sample++)
    for (const [index, device] of devices.entries()) {
      await device.open('/chats', { slower });
      const marks = await device.used();
      // What it does after its opening must not slow the next one's, and what was written leaves first.
      await rest(400);
      await device.close();
      if (sample > 0) all[index]?.push(marks);
    }
  return all.map(figuresOf);
}

/** Resolves when the page's list counts so many conversations: all of them are known. */
export const known = (device: Device, count: number): Promise<unknown> =>
  until(
    `${count} conversations to be known`,
    () =>
      device.page.evaluate((count) => document.querySelector('[aria-setsize]')?.ariaSetSize === String(count), count),
    { seconds: 120, every: 200 }
  );

/** ms from a click to the painted messages of a conversation that was open before; the median. */
export async function switching(device: Device, rooms = 6, rounds = 3): Promise<number> {
  await device.open('/chats');
  await device.used();
  const hrefs = await device.page.evaluate(
    // Not the one that is open.
    (rooms) =>
      [...document.querySelectorAll('[data-row]:not([aria-current])')]
        .slice(0, rooms)
        .map((row) => row.getAttribute('href') ?? ''),
    rooms
  );
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++)
    for (const href of hrefs) {
      const ms = await device.page.evaluate((href) => window.openConversation(href), href);
      if (round > 0) times.push(ms);
    }
  return median(times);
}
