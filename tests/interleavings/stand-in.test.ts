import { afterAll, beforeAll, expect, it } from 'vitest';
import { other, type Other } from './day.ts';
import { hold } from './judge.ts';
import { standIn, type Homeserver } from './place.ts';

let server: Homeserver;
let bo: Other;
beforeAll(async () => {
  server = await standIn();
  bo = await other(server);
}, 60_000);
afterAll(async () => {
  await bo.home.stop();
  await server.stop();
});

it('loses, doubles and misplaces nothing, whatever happens in a day', async () => {
  await expect(
    hold(server, bo, {
      seed: Number(process.env.SEED ?? 1),
      runs: Number(process.env.RUNS ?? 3),
      path: process.env.FCPATH
    })
  ).resolves.toBeUndefined();
}, 1_800_000);
