import { beforeAll, describe, expect, it } from 'vitest';
import { elsewhere, expectFailure, gathering, newcomer, said, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

/** What a conversation keeps in sight for all. */
export function pinsContract(stage: () => Stage): void {
  describe('pins', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    for (const sealed of [false, true]) {
      const how = sealed ? 'encrypted' : 'plain';

      it(`are seen by all, kept in their order, and taken away, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        watch(anna.timelines.rows(room));
        watch(berta.timelines.rows(room));
        const [hers, theirs] = [watch(anna.pins.of(room)), watch(berta.pins.of(room))];
        await hers.until(({ events, mayPin }) => events.length === 0 && mayPin);
        const [first, second] = [await said(anna, room, 'rules'), await said(berta, room, 'minutes')];
        await anna.pins.set(room, first, true);
        await anna.pins.set(room, second, true);
        await anna.pins.set(room, second, true);
        for (const pins of [hers, theirs])
          expect((await pins.until(({ events }) => events.length === 2)).events).toEqual([first, second]);
        expect((await theirs.until(() => true)).mayPin).toBe(false);
        expect(await berta.timelines.look(room, first)).toMatchObject({ body: { type: 'text', text: 'rules' } });
        await anna.pins.set(room, first, false);
        for (const pins of [hers, theirs])
          expect((await pins.until(({ events }) => events.length === 1)).events).toEqual([second]);
      });
    }

    it('are there for who comes on another browser, and not for who may not set them', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const event = await said(anna, room, 'rules');
      await anna.pins.set(room, event, true);
      const other = await elsewhere(stage(), anna);
      watch(other.timelines.rows(room));
      expect(await until(other.pins.of(room), ({ events }) => events.length > 0)).toEqual({
        events: [event],
        mayPin: true
      });
      await expectFailure(berta.pins.set(room, event, false), 'forbidden');
    });
  });
}
