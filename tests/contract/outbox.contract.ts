import { beforeAll, describe, expect, it } from 'vitest';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import { expectFailure, gathering, messages, newcomer, say, saying, texts, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

export function outboxContract(stage: () => Stage): void {
  describe('the outbox', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    it('keeps messages while there is no network and sends them in order afterwards', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(anna.timelines.rows(room));
      const restore = await stage().cut(anna.browser);
      for (const text of ['one', 'two', 'three']) await say(anna, room, text);
      const waiting = await rows.until((timeline) => messages(timeline).length === 3);
      expect(texts(waiting)).toEqual(['one', 'two', 'three']);
      for (const { delivery, event } of messages(waiting)) {
        expect(['queued', 'sending']).toContain(delivery);
        expect(event).toBeNull();
      }
      await restore();
      await anna.link.retryNow();
      const arrived = await until(berta.timelines.rows(room), (timeline) => messages(timeline).length === 3);
      expect(texts(arrived)).toEqual(['one', 'two', 'three']);
      await rows.until((timeline) => messages(timeline).every(({ delivery }) => delivery === 'sent'));
    });

    it('keeps once what is said again under the same transaction, whether it waits or has gone', async () => {
      const room = await gathering({ sealed: true }, anna, berta);
      const rows = watch(anna.timelines.rows(room));
      const restore = await stage().cut(anna.browser);
      const transaction = newTransaction();
      const again = () => anna.timelines.send(room, { text: 'once' }, transaction);
      await Promise.all([again(), again()]);
      await again();
      await rows.until((timeline) => messages(timeline).length === 1);
      await restore();
      await anna.link.retryNow();
      await rows.until((timeline) => saying(timeline, 'once')?.delivery === 'sent');
      await again();
      await say(anna, room, 'after');
      const arrived = await until(berta.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'after')));
      expect(texts(arrived)).toEqual(['once', 'after']);
      expect(texts(rows.current)).toEqual(['once', 'after']);
    });

    it('takes back a message that has not been sent', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(anna.timelines.rows(room));
      const restore = await stage().cut(anna.browser);
      await say(anna, room, 'stays');
      const transaction = await say(anna, room, 'goes');
      await rows.until((timeline) => saying(timeline, 'goes')?.delivery === 'queued');
      await anna.timelines.cancel(room, transaction);
      await rows.until((timeline) => !saying(timeline, 'goes'));
      await restore();
      await anna.link.retryNow();
      await say(anna, room, 'last');
      const arrived = await until(berta.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'last')));
      expect(texts(arrived)).toEqual(['stays', 'last']);
    });

    it('marks a message that the server refuses, tries it again and takes it back; others pass', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(anna.timelines.rows(room));
      // Matrix 1.16, client-server API, size limits: no event is larger than 65,536 bytes.
      const transaction = await say(anna, room, 'x'.repeat(70_000));
      const row = () => messages(rows.current).find(({ key }) => key === transaction);
      await rows.until(() => typeof row()?.delivery === 'object');
      expect(row()?.delivery).toEqual({ failed: 'too-large' });
      expect(row()?.event).toBeNull();

      await say(anna, room, 'short');
      await until(berta.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'short')));
      const before = rows.seen.length;
      await anna.timelines.retry(room, transaction);
      await rows.until(() => rows.seen.length > before && typeof row()?.delivery === 'object');
      const states = rows.seen.slice(before).map((value) => messages(value).find(({ key }) => key === transaction));
      expect(states.some((value) => value?.delivery === 'queued' || value?.delivery === 'sending')).toBe(true);
      await anna.timelines.cancel(room, transaction);
      await rows.until(() => row() === undefined);
    });

    it('does not take back what has been sent', async () => {
      const room = await gathering({ sealed: false }, anna);
      const rows = watch(anna.timelines.rows(room));
      const transaction = await say(anna, room, 'hello');
      await rows.until((timeline) => saying(timeline, 'hello')?.delivery === 'sent');
      await expectFailure(anna.timelines.cancel(room, transaction), 'not-found');
      await expectFailure(anna.timelines.retry(room, transaction), 'not-found');
      expect(texts(rows.current)).toEqual(['hello']);
    });
  });
}
