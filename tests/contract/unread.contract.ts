import { beforeAll, describe, expect, it } from 'vitest';
import type { Unread } from '../../src/lib/matrix/values.ts';
import { elsewhere, gathering, hasKeys, newcomer, say, saying, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

const exactly = (count: number, mentions = 0): Unread => ({ count, exact: true, mentions });
const is = (wanted: Unread) => (one: { unread: Unread } | null) =>
  one?.unread.count === wanted.count && one.unread.exact === wanted.exact && one.unread.mentions === wanted.mentions;

export function unreadContract(stage: () => Stage): void {
  describe('what is unread', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    for (const sealed of [false, true]) {
      it(`is exact after being away, mentions and missed calls too: ${sealed ? 'encrypted' : 'plain'}`, async () => {
        // So many messages at once use up what a server lets one person say.
        const dora = await newcomer(stage(), 'dora');
        const room = await gathering({ sealed }, dora, berta);
        await say(dora, room, 'before');
        await until(berta.conversations.one(room), is(exactly(1)));
        const restore = await stage().cut(berta.browser);
        const hers = watch(dora.timelines.rows(room));
        for (let count = 1; count <= 58; count++) {
          if (count === 9) {
            await stage().post(dora, room, { type: 'mention', of: berta.id, text: 'for you' });
            await stage().post(dora, room, { type: 'call' });
          }
          await say(dora, room, `${count}`);
        }
        await hers.until((timeline) => saying(timeline, '58')?.delivery === 'sent');
        await restore();
        await berta.link.retryNow();
        await until(berta.conversations.one(room), is(exactly(61, 2)));
      }, 60_000);
    }

    it('says what is for me: by name, as one of all, by a call; the sum says so too', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await gathering({ sealed: false }, anna, carla);
      const one = watch(carla.conversations.one(room));
      await stage().post(anna, room, { type: 'mention', of: berta.id, text: `not for ${carla.name}` });
      await one.until(is(exactly(1)));
      await stage().post(anna, room, { type: 'mention', of: 'room', text: 'for all' });
      await one.until(is(exactly(2, 1)));
      // By a client that does not say whom it addresses.
      await (await stage().otherClient(anna)).say(room, `and you, ${carla.name}?`);
      await one.until(is(exactly(3, 2)));
      await stage().post(anna, room, { type: 'call' });
      await one.until(is(exactly(4, 3)));
      const sum = watch(carla.conversations.unread());
      await sum.until((unread) => unread.count === 4 && unread.mentions === 3 && unread.exact);
      const other = await anna.conversations.create({ name: 'Another', door: 'invitation', sealed: false });
      await anna.conversations.invite(other, carla.id);
      await sum.until((unread) => unread.count === 5 && unread.mentions === 4);
    });

    it('is nothing once one has written, and what comes then', async () => {
      const room = await gathering({ sealed: true }, anna, berta);
      await stage().post(anna, room, { type: 'mention', of: berta.id, text: 'for you' });
      await until(berta.conversations.one(room), is(exactly(1, 1)));
      await say(berta, room, 'an answer');
      await until(berta.conversations.one(room), is(exactly(0)));
      await say(anna, room, 'another');
      await until(berta.conversations.one(room), is(exactly(1)));
    });

    it('is the same on a second browser, which comes later, and is read on both', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await gathering({ sealed: false }, anna, carla);
      for (const text of ['one', 'two', 'three']) await say(anna, room, text);
      const rows = await until(carla.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'three')));
      await carla.timelines.markRead(room, saying(rows, 'one')?.event ?? expect.fail('has no event'));
      await until(carla.conversations.one(room), is(exactly(2)));
      const second = await elsewhere(stage(), carla);
      await until(second.conversations.one(room), is(exactly(2)));
      await second.timelines.markRead(room, saying(rows, 'three')?.event ?? expect.fail('has no event'));
      await until(carla.conversations.one(room), is(exactly(0)));
      await until(second.conversations.one(room), is(exactly(0)));
    });

    it('has a missed call read with the message before it, on every browser', async () => {
      const carla = await newcomer(stage(), 'carla');
      const second = await elsewhere(stage(), carla);
      const room = await gathering({ sealed: true }, anna, carla);
      await until(second.conversations.one(room), (one) => one?.membership === 'joined');
      await hasKeys(second);
      await say(anna, room, 'hello');
      await stage().post(anna, room, { type: 'call' });
      const both = [carla, second].map((one) => until(one.conversations.one(room), is(exactly(2, 1))));
      await Promise.all(both);
      const rows = watch(carla.timelines.rows(room));
      const hello = saying(await rows.until((timeline) => Boolean(saying(timeline, 'hello'))), 'hello')?.event ?? null;
      await carla.timelines.markRead(room, hello ?? expect.fail('has no event'));
      for (const one of [carla, second]) await until(one.conversations.one(room), is(exactly(0)));
      await rows.until(({ readUpTo }) => readUpTo === hello);
      await stage().post(anna, room, { type: 'call' });
      await until(carla.conversations.one(room), is(exactly(1, 1)));
      await carla.timelines.markRead(room, hello ?? expect.fail('has no event'));
      for (const one of [carla, second]) await until(one.conversations.one(room), is(exactly(0)));
    }, 60_000);

    it('is read where it was read on another browser, however far down the list', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await gathering({ sealed: false }, anna, carla);
      await say(anna, room, 'hello');
      await until(carla.conversations.one(room), is(exactly(1)));
      for (let count = 0; count < 21; count++)
        await carla.conversations.create({ name: `Room ${count}`, door: 'invitation', sealed: false });
      await until(
        carla.conversations.list({ start: 21, end: 30 }),
        ({ rows }) => rows[0]?.id === room && rows[0].unread.count === 1
      );
      const second = await elsewhere(stage(), carla);
      // It hears of all of them, beyond the top of the list too.
      await until(second.conversations.list({ start: 21, end: 30 }), ({ rows }) => rows[0]?.id === room);
      const rows = await until(second.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'hello')));
      await second.timelines.markRead(room, saying(rows, 'hello')?.event ?? expect.fail('has no event'));
      await until(carla.conversations.one(room), is(exactly(0)));
    }, 120_000);
  });
}
