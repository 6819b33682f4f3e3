import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Other } from './other.ts';
import { hold } from './judge.ts';
import { realZone, standIn, type Homeserver } from './place.ts';

/** Another seed, path and number of days than usual, to live through what a run has printed. */
const { TERTULIA_SEED: seed = '7', TERTULIA_PATH: path, TERTULIA_DAYS: days } = process.env;

describe.each([
  { where: 'the stand-in', open: standIn, usual: 8, shorten: false },
  { where: 'a zone', open: realZone, usual: 2, shorten: false }
])('at $where', ({ open, usual, shorten }) => {
  let server: Homeserver;
  let bo: Other;
  beforeAll(async () => {
    server = await open();
    bo = await Other.arrive(server);
  }, 120_000);
  afterAll(async () => {
    await bo.home.stop();
    await server.stop();
  });

  it('nothing is lost, doubled or misplaced, whatever happens in a day', async () => {
    const options = { seed: Number(seed), days: Number(days ?? usual), minutes: 3, shorten, ...(path ? { path } : {}) };
    await expect(hold(server, bo, options)).resolves.toBeUndefined();
  }, 240_000);
});
