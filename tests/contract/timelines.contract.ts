import { beforeAll, describe, expect, it } from 'vitest';
import type { Notice, Timeline } from '../../src/lib/matrix/values.ts';
import { gathering, messages, newcomer, say, saying, texts, unique, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

export function timelinesContract(stage: () => Stage): void {
  describe('timelines', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    for (const sealed of [false, true]) {
      it(`carries a message both ways, ${sealed ? 'encrypted' : 'plain'}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const hers = watch(anna.timelines.rows(room));
        const theirs = watch(berta.timelines.rows(room));
        const transaction = await say(anna, room, 'hello');
        const sent = saying(await hers.until((timeline) => Boolean(saying(timeline, 'hello')?.event)), 'hello');
        expect(sent).toMatchObject({
          key: transaction,
          transaction,
          mine: true,
          edited: false,
          sender: { id: anna.id }
        });
        const got = saying(await theirs.until((timeline) => Boolean(saying(timeline, 'hello'))), 'hello');
        expect(got).toMatchObject({ event: sent?.event, mine: false, delivery: null, sender: { id: anna.id } });
        expect(Math.abs((got?.at ?? 0) - Date.now())).toBeLessThan(600_000);
        await say(berta, room, 'hello yourself');
        await hers.until((timeline) => saying(timeline, 'hello yourself')?.mine === false);
      });
    }

    it('shows a message before it is sent, and keeps its key when its event arrives', async () => {
      const room = await gathering({ sealed: false }, anna);
      const rows = watch(anna.timelines.rows(room));
      await rows.until(() => true);
      const transaction = await say(anna, room, 'hello');
      await rows.until((timeline) => saying(timeline, 'hello')?.delivery === 'sent');
      const lives = rows.seen.flatMap((timeline) => saying(timeline, 'hello') ?? []);
      expect(new Set(lives.map(({ key }) => key))).toEqual(new Set([transaction]));
      expect(lives[0]).toMatchObject({ event: null, transaction });
      expect(['queued', 'sending']).toContain(lives[0]?.delivery);
      expect(lives.at(-1)?.event).not.toBeNull();
      for (const timeline of rows.seen) {
        const keys = timeline.rows.map(({ key }) => key);
        expect(new Set(keys).size, 'two rows with one key').toBe(keys.length);
        expect(messages(timeline).length).toBeLessThanOrEqual(1);
      }
    });

    it('keeps text as it was written', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const written = [
        '<b>bold</b> & <script>alert(1)</script>',
        'two\n\nlines  and   spaces',
        '🙂 مرحبا\u202e',
        '/me waves'
      ];
      for (const text of written) await say(anna, room, text);
      const rows = await until(berta.timelines.rows(room), (timeline) => messages(timeline).length === written.length);
      expect(texts(rows)).toEqual(written);
    });

    it('keeps the order of what is sent at once', async () => {
      const room = await gathering({ sealed: true }, anna, berta);
      const written = Array.from({ length: 12 }, (_, index) => `number ${index + 1}`);
      const transactions = await Promise.all(written.map((text) => say(anna, room, text)));
      expect(new Set(transactions).size).toBe(written.length);
      const hers = watch(anna.timelines.rows(room));
      expect(texts(await hers.until((timeline) => messages(timeline).length === written.length))).toEqual(written);
      const rows = await until(berta.timelines.rows(room), (timeline) => messages(timeline).length === written.length);
      expect(texts(rows)).toEqual(written);
      const settled = await hers.until((timeline) => messages(timeline).every(({ event }) => event));
      expect(texts(settled)).toEqual(written);
      expect(messages(settled).map(({ key }) => key)).toEqual(transactions);
    });

    it('reads back to the beginning', async () => {
      const room = await anna.conversations.create({ name: unique('Long '), door: 'open', sealed: false });
      const hers = watch(anna.timelines.rows(room));
      const written = Array.from({ length: 70 }, (_, index) => `number ${index + 1}`);
      for (const text of written) await say(anna, room, text);
      await hers.until((timeline) => saying(timeline, 'number 70')?.delivery === 'sent');

      await berta.conversations.join(room);
      const rows = watch(berta.timelines.rows(room));
      const first = await rows.until((timeline) => Boolean(saying(timeline, 'number 70')));
      expect(first.older).toBe('more');
      expect(messages(first).length).toBeLessThan(70);
      const end = await readBack(berta, room, rows.until.bind(rows));
      expect(texts(end)).toEqual(written);
      expect(end.rows[0]).toMatchObject({ kind: 'notice', notice: { type: 'created' } });
      const keys = end.rows.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(rows.seen.some(({ older }) => older === 'loading')).toBe(true);
      await berta.timelines.older(room);
      expect(rows.current?.rows.length).toBe(end.rows.length);
    }, 120_000);

    it('does not read the same part twice when it is asked twice at once', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(berta.timelines.rows(room));
      await rows.until(() => true);
      await Promise.all([berta.timelines.older(room), berta.timelines.older(room)]);
      const keys = (rows.current as Timeline).rows.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    });

    it('tells what happened in the room', async () => {
      const carla = await newcomer(stage(), 'carla');
      const form = { name: unique('Garden '), topic: 'Seeds', door: 'invitation', sealed: true } as const;
      const room = await anna.conversations.create(form);
      const rows = watch(anna.timelines.rows(room));
      const told = async (type: Notice['type']) => {
        const timeline = await rows.until((value) => noticesOf(value).some((notice) => notice.type === type));
        return noticesOf(timeline).findLast((notice) => notice.type === type);
      };
      await told('created');
      await told('sealed');
      expect(await told('named')).toEqual({ type: 'named', text: form.name });
      expect(await told('topic')).toEqual({ type: 'topic', text: form.topic });
      await anna.conversations.invite(room, carla.id);
      expect(await told('invited')).toMatchObject({ person: { id: carla.id } });
      await until(carla.conversations.one(room), (one) => one?.membership === 'invited');
      await carla.conversations.join(room);
      await rows.until((timeline) => noticesOf(timeline).some((n) => n.type === 'joined' && n.person.id === carla.id));
      const name = unique('Carla ');
      await carla.people.rename(name);
      expect(await told('called')).toMatchObject({ person: { id: carla.id }, name });
      await carla.conversations.leave(room);
      expect(await told('left')).toMatchObject({ person: { id: carla.id } });
    });

    it('tells the sender that a message was read', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const hers = watch(anna.timelines.rows(room));
      const theirs = watch(berta.timelines.rows(room));
      await say(anna, room, 'first');
      await say(anna, room, 'second');
      const arrived = await theirs.until((timeline) => Boolean(saying(timeline, 'second')));
      await hers.until((timeline) => saying(timeline, 'second')?.delivery === 'sent');
      const first = saying(arrived, 'first')?.event ?? expect.fail('has no event');
      const second = saying(arrived, 'second')?.event ?? expect.fail('has no event');

      await berta.timelines.markRead(room, first);
      const half = await hers.until((timeline) => saying(timeline, 'first')?.delivery === 'read');
      expect(saying(half, 'second')?.delivery).toBe('sent');
      await theirs.until(({ readUpTo }) => readUpTo === first);
      await berta.timelines.markRead(room, second);
      await hers.until((timeline) => saying(timeline, 'second')?.delivery === 'read');
      await theirs.until(({ readUpTo }) => readUpTo === second);
      await until(berta.conversations.one(room), (one) => one?.unread.count === 0);

      await berta.timelines.markRead(room, first);
      await say(anna, room, 'third');
      const later = await theirs.until((timeline) => Boolean(saying(timeline, 'third')));
      expect(later.readUpTo, 'a read mark never goes back').toBe(second);
    });

    it('shows who is writing to the others', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const hers = watch(anna.timelines.rows(room));
      const theirs = watch(berta.timelines.rows(room));
      await theirs.until(() => true);
      await anna.timelines.typing(room, true);
      const writing = await theirs.until(({ typing }) => typing.length === 1);
      expect(writing.typing[0]?.id).toBe(anna.id);
      expect(hers.current?.typing ?? []).toEqual([]);
      await anna.timelines.typing(room, false);
      await theirs.until(({ typing }) => typing.length === 0);
    });
  });
}

const noticesOf = (timeline: Timeline): readonly Notice[] =>
  timeline.rows.flatMap((row) => (row.kind === 'notice' ? [row.notice] : []));

/** Asks for older rows until there are none. */
async function readBack(
  person: Actor,
  room: Parameters<Actor['timelines']['older']>[0],
  wait: (predicate: (timeline: Timeline) => boolean) => Promise<Timeline>
): Promise<Timeline> {
  for (let step = 0; step < 20; step++) {
    const { older } = await wait((timeline) => timeline.older !== 'loading');
    if (older === 'beginning') return wait(() => true);
    expect(older).toBe('more');
    await person.timelines.older(room);
  }
  return expect.fail('never came to the beginning');
}
