import { expect } from 'vitest';
import fc from 'fast-check';
import { Day } from './day.ts';
import type { Other } from './other.ts';
import type { Homeserver } from './place.ts';
import { day, kinds, type Step } from './steps.ts';
import { textOf, type Seen } from './truth.ts';

/** 0 lost, 0 doubled, 0 in another order than the server's; each text once, as it reads now; the right number unread. */
function judge(kind: string, { timeline, truth, texts, expected, unread }: Seen): void {
  const rows = timeline.rows.filter((row) => row.kind === 'message');
  expect(
    rows.map(({ event }) => event),
    `${kind}: the order of events`
  ).toEqual(truth.map(({ event_id }) => event_id));
  const read = rows.filter(({ body }) => body.type !== 'deleted').map(textOf);
  expect(read.toSorted(), `${kind}: each text once`).toEqual([...texts].toSorted());
  expect(unread, `${kind}: unread`).toMatchObject({ count: expected });
}

async function live(server: Homeserver, bo: Other, steps: readonly Step[]): Promise<void> {
  const one = await Day.begin(server, bo);
  try {
    await one.run(steps);
    const seen = await one.look();
    for (const kind of kinds) judge(kind, seen[kind]);
  } finally {
    await one.end();
  }
}

/** Lives so many days of a seed. What fails is printed with its seed, `shorten`ed as far as the time allows. */
export const hold = (
  server: Homeserver,
  bo: Other,
  options: { seed: number; days: number; minutes: number; shorten: boolean; path?: string }
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(day, (steps) => live(server, bo, steps)),
    {
      seed: options.seed,
      numRuns: options.days,
      endOnFailure: !options.shorten,
      ...(options.path ? { path: options.path } : {}),
      interruptAfterTimeLimit: options.minutes * 60_000,
      markInterruptAsFailure: true
    }
  );
