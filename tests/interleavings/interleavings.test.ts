import { afterAll, beforeAll, expect, it } from 'vitest';
import { hold } from './judge.ts';
import { standIn, type Homeserver } from './place.ts';

let server: Homeserver;
beforeAll(async () => {
  server = await standIn();
});
afterAll(() => server.stop());

it.each([7, 202, 4711])(
  'nothing is lost, doubled or misplaced in ten days of seed %i',
  async (seed) => {
    await expect(hold(server, { seed, days: 10, minutes: 2 })).resolves.toMatchObject({ days: 10 });
  },
  150_000
);
