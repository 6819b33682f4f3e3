import { describe, expect, it } from 'vitest';
import {
  elsewhere,
  expectFailure,
  gathering,
  hasKeys,
  joinInvited,
  messages,
  newcomer,
  say,
  saying,
  texts,
  type Stage
} from './stage.ts';
import { eventually, until, watch } from './until.ts';

export function recoveryContract(stage: () => Stage): void {
  describe('recovery', () => {
    it('is missing for a newcomer, and ready once set up', async () => {
      const anna = await newcomer(stage(), 'anna');
      const state = watch(anna.recovery.state());
      await state.until((value) => value.state === 'missing');
      const { key } = await anna.recovery.setUp(anna.password);
      expect(key.replace(/\s/g, '').length).toBeGreaterThan(10);
      await state.until((value) => value.state === 'ready');
    });

    it('lets a second browser in by the key, and brings the history back', async () => {
      const [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      const { key } = await anna.recovery.setUp(anna.password);
      const room = await gathering({ sealed: true }, anna, berta);
      await say(anna, room, 'from me');
      await say(berta, room, 'from you');
      const here = watch(anna.timelines.rows(room));
      await here.until((timeline) => Boolean(saying(timeline, 'from you') && saying(timeline, 'from me')?.event));

      const second = await elsewhere(stage(), anna);
      const state = watch(second.recovery.state());
      await state.until((value) => value.state === 'locked');
      const rows = watch(second.timelines.rows(room));
      const sealed = await rows.until(
        (timeline) => messages(timeline).length === 2 && messages(timeline).every(({ body }) => body.type !== 'text')
      );
      expect(messages(sealed).map(({ body }) => body.type)).toEqual(['unreadable', 'unreadable']);

      await expectFailure(second.recovery.restore('EsTx not the key at all'), 'wrong-recovery-key');
      await expectFailure(second.recovery.restore(''), 'wrong-recovery-key');
      expect(state.current).toEqual({ state: 'locked' });
      // The first browser backs keys up when it has a quiet moment; to restore again is no harm.
      const { restored } = await eventually(
        () => second.recovery.restore(`  ${key}\n`),
        (answer) => answer.restored > 1
      );
      expect(restored).toBe(2);
      await state.until((value) => value.state === 'ready');
      const readable = await rows.until((timeline) => messages(timeline).every(({ body }) => body.type === 'text'));
      expect([...texts(readable)].sort()).toEqual(['from me', 'from you']);
      const keys = (timeline: typeof readable) => timeline.rows.map((row) => row.key);
      expect(keys(readable), 'rows keep their keys when they become readable').toEqual(keys(sealed));

      await say(berta, room, 'to both of you');
      await rows.until((timeline) => Boolean(saying(timeline, 'to both of you')));
      await here.until((timeline) => Boolean(saying(timeline, 'to both of you')));
      await say(second, room, 'from my second browser');
      await until(berta.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'from my second browser')));
      await here.until((timeline) => saying(timeline, 'from my second browser')?.mine === true);
    }, 120_000);

    it('puts keys away before one signs out: another browser finds them at once', async () => {
      const [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      const room = await gathering({ sealed: true }, anna, berta);
      await say(anna, room, 'before it was set up');
      const rows = watch(anna.timelines.rows(room));
      await rows.until((timeline) => saying(timeline, 'before it was set up')?.delivery === 'sent');
      const { key } = await anna.recovery.setUp(anna.password);
      await until(anna.recovery.state(), (state) => state.state === 'ready' && state.left === 0);
      await say(berta, room, 'just now');
      await rows.until((timeline) => Boolean(saying(timeline, 'just now')));
      await anna.browser.accounts.signOut(anna.id);

      const second = await elsewhere(stage(), anna);
      await until(second.recovery.state(), ({ state }) => state === 'locked');
      expect(await second.recovery.restore(key)).toEqual({ restored: 2 });
      const readable = await until(
        second.timelines.rows(room),
        (timeline) => messages(timeline).length === 2 && messages(timeline).every(({ body }) => body.type === 'text')
      );
      expect(texts(readable)).toEqual(['before it was set up', 'just now']);
    }, 60_000);

    it('is seen as locked by a browser that was there when another set it up', async () => {
      const anna = await newcomer(stage(), 'anna');
      const second = await elsewhere(stage(), anna);
      const state = watch(second.recovery.state());
      await state.until((value) => value.state === 'missing');
      await anna.recovery.setUp(anna.password);
      await state.until((value) => value.state === 'locked');
    });

    it('says that what was written before one joined cannot be read', async () => {
      const [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      const room = await gathering({ sealed: true }, anna);
      await say(anna, room, 'before');
      await until(anna.timelines.rows(room), (timeline) => saying(timeline, 'before')?.delivery === 'sent');
      await anna.conversations.invite(room, berta.id);
      await joinInvited(berta, room);
      await hasKeys(berta);
      await say(anna, room, 'after');
      const rows = watch(berta.timelines.rows(room));
      await rows.until((timeline) => Boolean(saying(timeline, 'after')));
      if (rows.current?.older === 'more') await berta.timelines.older(room);
      const whole = await rows.until((timeline) => messages(timeline).length === 2);
      expect(messages(whole)[0]?.body).toEqual({ type: 'unreadable', cause: 'before-joining' });
    });
  });
}
