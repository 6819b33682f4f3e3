import { expect, it } from 'vitest';
import { Other } from './other.ts';
import { hold } from './judge.ts';
import { realZone } from './place.ts';

it('nothing is lost, doubled or misplaced in 200 days at a zone', async () => {
  const server = await realZone();
  const bo = await Other.arrive(server);
  const seed = Date.now() % 2 ** 31;
  console.info('The days’ seed is', seed);
  await expect(hold(server, bo, { seed, days: 200, minutes: 40, shorten: false })).resolves.toBeUndefined();
  await bo.home.stop();
  await server.stop();
}, 2_700_000);
