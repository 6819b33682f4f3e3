import { afterAll, beforeAll, expect, it } from 'vitest';
import { Somewhere } from '../bench/crowd.ts';
import { openings } from '../bench/opening.ts';
import { openLocal } from '../lab/lab.ts';

/** What another ten times as many conversations may cost: much less than ten times, whatever else the machine does. */
const atMost = 3;

let local: Awaited<ReturnType<typeof openLocal>>;
let places: readonly [Somewhere, Somewhere];
beforeAll(async () => {
  local = await openLocal();
  places = [await Somewhere.start(local.host, 20), await Somewhere.start(local.host, 200)];
  for (const place of places) await place.signIn();
}, 120_000);
afterAll(async () => {
  for (const place of places) await place.stop();
  await local.close();
});

it('the stand-in knows all that is asked of it', async () => {
  for (const place of places) {
    await place.quiet();
    expect([...place.server.unknown], 'asked of the stand-in, which does not know it').toEqual([]);
  }
}, 60_000);

it('opening the app anew asks the server for no more with 200 conversations than with 20', async () => {
  const [few, many] = [await places[0].reopened(), await places[1].reopened()];
  expect(Object.keys(many.asked).sort()).toEqual(Object.keys(few.asked).sort());
  expect(many.total, JSON.stringify([few, many])).toBeLessThan(1.2 * few.total);
}, 60_000);

it('opening the app costs with 200 conversations what it costs with 20', async () => {
  const samples = 3;
  const [few, many] = await openings(
    places.map(({ device }) => device),
    { samples }
  );
  expect(many?.painted).toBeLessThan(atMost * (few?.painted ?? 0));
  expect(many?.usable).toBeLessThan(atMost * (few?.usable ?? 0));
}, 120_000);
