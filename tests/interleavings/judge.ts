import { expect } from 'vitest';
import fc from 'fast-check';
import { Day } from './day.ts';
import { Other } from './other.ts';
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

/** What was lived through: days, and what happened in them. */
export type Tally = { days: number; readonly steps: Partial<Record<Step['do'], number>> };

/** Days after which another one comes to be written with: one person may make forty rooms, then one in twenty seconds. */
const acquaintance = 5;

class Days {
  readonly tally: Tally = { days: 0, steps: {} };
  readonly #server: Homeserver;
  #other: Other | undefined;

  constructor(server: Homeserver) {
    this.#server = server;
  }

  async live(steps: readonly Step[]): Promise<void> {
    if (this.tally.days % acquaintance === 0) await this.end();
    this.#other ??= await Other.arrive(this.#server.place.origin);
    const one = await Day.begin(this.#server, this.#other);
    try {
      await one.run(steps);
      const seen = await one.look();
      for (const kind of kinds) judge(kind, seen[kind]);
    } finally {
      await one.end();
    }
    this.#count(steps);
  }

  async end(): Promise<void> {
    await this.#other?.home.stop();
    this.#other = undefined;
  }

  #count(steps: readonly Step[]): void {
    this.tally.days++;
    for (const { do: what } of steps) this.tally.steps[what] = (this.tally.steps[what] ?? 0) + 1;
  }
}

/** Lives so many days of a seed. What fails is printed with its seed and its path. */
export async function hold(
  server: Homeserver,
  options: { seed: number; days: number; minutes: number; path?: string }
): Promise<Tally> {
  const days = new Days(server);
  try {
    await fc.assert(
      fc.asyncProperty(day, (steps) => days.live(steps)),
      {
        seed: options.seed,
        numRuns: options.days,
        endOnFailure: true,
        ...(options.path ? { path: options.path } : {}),
        interruptAfterTimeLimit: options.minutes * 60_000,
        markInterruptAsFailure: true
      }
    );
    return days.tally;
  } finally {
    await days.end();
  }
}
