import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hold } from './judge.ts';
import { realZone, standIn, type Homeserver } from './place.ts';

/** Another seed, path and number of days than usual, to live through what a run has printed; a failure prints its own. */
const { TERTULIA_SEED: seed = String(Date.now() % 2 ** 31), TERTULIA_PATH: path, TERTULIA_DAYS: days } = process.env;

describe.each([
  { where: 'the stand-in', open: standIn },
  { where: 'a zone', open: realZone }
])('at $where', ({ where, open }) => {
  let server: Homeserver;
  beforeAll(async () => {
    server = await open();
  }, 120_000);
  afterAll(() => server.stop());

  it('nothing is lost, doubled or misplaced, whatever happens in a day', async () => {
    const options = { seed: Number(seed), days: Number(days ?? 200), minutes: 40, ...(path ? { path } : {}) };
    const tally = await hold(server, options);
    console.info(`at ${where}, seed ${seed}:`, JSON.stringify(tally));
    expect(tally.days).toBe(path ? 1 : options.days);
  }, 2_700_000);
});
