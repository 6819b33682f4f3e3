import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { gathering, messages, newcomer, say, saying, texts, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

export function feedsContract(stage: () => Stage): void {
  describe('feeds', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    it('are silent to who has left, and go on for who stays', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const feed = anna.timelines.rows(room);
      const left = { calls: 0 };
      const leave = feed.subscribe(() => void left.calls++);
      const stays = watch(feed);
      await stays.until(() => true);
      leave();
      leave();
      const calls = left.calls;
      await say(berta, room, 'hello');
      await stays.until((timeline) => Boolean(saying(timeline, 'hello')));
      expect(left.calls).toBe(calls);
    });

    it('give the present to who comes back', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const feed = anna.timelines.rows(room);
      const first = watch(feed);
      await first.until(() => true);
      first.stop();
      await say(berta, room, 'while nobody looked');
      await until(anna.conversations.one(room), (one) => one?.unread.count === 1);
      const again = await until(feed, (timeline) => Boolean(saying(timeline, 'while nobody looked')));
      expect(texts(again)).toEqual(['while nobody looked']);
    });

    it('can be asked for twice', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const one = watch(anna.timelines.rows(room));
      const two = watch(anna.timelines.rows(room));
      await say(anna, room, 'hello');
      await Promise.all([one, two].map((rows) => rows.until((timeline) => messages(timeline).length === 1)));
      one.stop();
      await say(berta, room, 'hello yourself');
      await two.until((timeline) => messages(timeline).length === 2);
    });

    it('survive a subscriber that leaves while it is told', async () => {
      const room = await gathering({ sealed: false }, anna);
      const feed = anna.timelines.rows(room);
      const told: string[] = [];
      const leave = feed.subscribe(() => {
        told.push('once');
        leave();
      });
      onTestFinished(leave);
      const rows = watch(feed);
      await say(anna, room, 'one');
      await say(anna, room, 'two');
      await rows.until((timeline) => saying(timeline, 'two')?.delivery === 'sent');
      expect(told).toEqual(['once']);
    });

    it('give values that can be sent elsewhere and never change', async () => {
      const room = await gathering({ sealed: true }, anna, berta);
      const feeds = [
        watch(anna.timelines.rows(room)),
        watch(anna.conversations.list({ start: 0, end: 10 })),
        watch(anna.people.members(room, { start: 0, end: 10 }))
      ] as const;
      await Promise.all(feeds.map((feed) => feed.until(() => true)));
      const early = feeds.map((feed) => feed.current);
      const copies = early.map((value) => structuredClone(value));
      await say(anna, room, 'hello');
      await feeds[0].until((timeline) => saying(timeline, 'hello')?.delivery === 'sent');
      expect(early).toEqual(copies);
      for (const feed of feeds) expect(structuredClone(feed.current)).toEqual(feed.current);
    });
  });
}
