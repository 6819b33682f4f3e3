import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Other } from './other.ts';
import { hold } from './judge.ts';
import { realZone, standIn, type Homeserver } from './place.ts';

/** Another seed, path and number of days than usual, to live through what a run has printed; a failure prints its own. */
const { TERTULIA_SEED: seed = String(Date.now() % 2 ** 31), TERTULIA_PATH: path, TERTULIA_DAYS: days } = process.env;

describe.each([
  { where: 'the stand-in', open: standIn, usual: 100, shorten: false },
  { where: 'a zone', open: realZone, usual: 200, shorten: false }
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
    const options = {
      seed: Number(seed),
      days: Number(days ?? usual),
      minutes: 40,
      shorten,
      ...(path ? { path } : {})
    };
    await expect(hold(server, bo, options)).resolves.toBeUndefined();
  }, 2_700_000);
});
