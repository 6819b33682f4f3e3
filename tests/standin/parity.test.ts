import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLocal } from '../lab/lab.ts';
import { Zone } from '../lab/zones.ts';
import { scene } from './scene.ts';
import { StandIn } from './server.ts';

let local: Awaited<ReturnType<typeof openLocal>>;
let zone: Zone;
let standIn: StandIn;
beforeAll(async () => {
  local = await openLocal();
  [zone, standIn] = await Promise.all([Zone.local(local.host), StandIn.start(undefined, { app: false })]);
}, 120_000);
afterAll(async () => {
  await standIn.stop();
  await local.close();
});

it('the stand-in answers as the homeserver does', async () => {
  const [real, stood] = [await scene(zone), await scene({ origin: standIn.origin, host: { fetch } })];
  expect(stood.length).toBe(real.length);
  for (const [index, [what, answer]] of real.entries()) expect.soft(stood[index], what).toEqual([what, answer]);
}, 60_000);
