import { describe, expect, it } from 'vitest';
import { expectFailure, gathering, newcomer, say, saying, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

export function linkContract(stage: () => Stage): void {
  describe('the link', () => {
    it('is online after signing in, waits while the zone is away, and comes back', async () => {
      const anna = await newcomer(stage(), 'anna');
      const link = watch(anna.link.state());
      await link.until(({ state }) => state === 'online');
      const restore = await stage().cut(anna.browser);
      const waiting = await link.until(({ state }) => state === 'waiting');
      expect(waiting).toMatchObject({ until: expect.any(Number) });
      await anna.link.retryNow();
      await link.until(({ state }) => state === 'waiting');
      await expectFailure(anna.people.search('somebody'), 'unreachable');
      await restore();
      await anna.link.retryNow();
      await link.until(({ state }) => state === 'online');
    });

    it('says that this browser keeps what is new', async () => {
      const anna = await newcomer(stage(), 'anna');
      expect(await until(anna.link.keeping(), () => true)).toBe('kept');
    });

    it('catches up with what happened while it was away', async () => {
      const [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(anna.timelines.rows(room));
      await rows.until(() => true);
      const restore = await stage().cut(anna.browser);
      await say(berta, room, 'while you were away');
      await until(
        berta.timelines.rows(room),
        (timeline) => saying(timeline, 'while you were away')?.delivery === 'sent'
      );
      expect(saying(rows.current, 'while you were away')).toBeUndefined();
      await restore();
      await anna.link.retryNow();
      await rows.until((timeline) => Boolean(saying(timeline, 'while you were away')));
      await until(anna.conversations.one(room), (one) => one?.unread.count === 1);
    });
  });
}
