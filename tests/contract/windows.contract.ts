import { beforeAll, describe, expect, it } from 'vitest';
import type { EventId, Reaction, RoomId, Timeline } from '../../src/lib/matrix/values.ts';
import {
  expectFailure,
  gathering,
  messages,
  newcomer,
  say,
  saying,
  texts,
  unique,
  type Actor,
  type OtherClient,
  type Stage
} from './stage.ts';
import { until, watch, type Watch } from './until.ts';

/** Parts of a conversation other than its end, and what is done to messages after they were said. */
export function windowsContract(stage: () => Stage): void {
  describe('a part of a conversation', () => {
    let anna: Actor;
    let berta: Actor;
    let herOther: OtherClient;
    let room: RoomId;
    const written = Array.from({ length: 70 }, (_, index) => `number ${index + 1}`);
    const events: EventId[] = [];
    const eventOf = (text: string) => events[written.indexOf(text)] ?? expect.fail('was not said');

    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      herOther = await stage().otherClient(anna);
      room = await anna.conversations.create({ name: unique('Long '), door: 'open', sealed: false });
      for (const text of written) events.push(await herOther.say(room, text));
      await berta.conversations.join(room);
    }, 120_000);

    const isAtEnd = (timeline: Timeline) => timeline.newer === 'end' && timeline.older !== 'loading';
    /** The rows once they show the end of what was said before. */
    const look = async () => {
      await until(berta.conversations.one(room), (one) => one?.membership === 'joined');
      const rows = watch(berta.timelines.rows(room));
      await rows.until((timeline) => isAtEnd(timeline) && Boolean(saying(timeline, 'number 70')));
      return rows;
    };
    const isRun = (said: readonly string[]) =>
      expect(said).toEqual(written.slice(written.indexOf(said[0] ?? ''), written.indexOf(said.at(-1) ?? '') + 1));

    it('is shown around an event, and grows to both ends without a hole', async () => {
      const rows = await look();
      expect(saying(rows.current, 'number 8')).toBeUndefined();
      const key = await berta.timelines.jump(room, { event: eventOf('number 8') });
      const shown = await rows.until((timeline) => Boolean(saying(timeline, 'number 8')));
      expect(saying(shown, 'number 8')?.key).toBe(key);
      expect(shown.newer).toBe('more');
      expect(saying(shown, 'number 70')).toBeUndefined();
      isRun(texts(shown));

      const end = await readOn(berta, room, rows);
      isRun(texts(end));
      expect(texts(end).at(-1)).toBe('number 70');
      expect(rows.seen.some(({ newer }) => newer === 'loading')).toBe(true);
      await berta.timelines.newer(room);
      await berta.timelines.older(room);
      await rows.until((timeline) => Boolean(saying(timeline, 'number 1')));
      isRun(texts(rows.current));
    });

    it('stays as it is while something comes at the end, where what one says oneself leads back', async () => {
      const rows = await look();
      await berta.timelines.jump(room, { event: eventOf('number 8') });
      const shown = await rows.until((timeline) => timeline.newer === 'more');
      const preview = watch(berta.conversations.one(room));
      await herOther.say(room, 'not seen from here');
      await preview.until((one) => one?.last?.body.type === 'text' && one.last.body.text === 'not seen from here');
      expect(rows.current?.rows.map(({ key }) => key)).toEqual(shown.rows.map(({ key }) => key));

      await say(berta, room, 'back again');
      const back = await rows.until((timeline) => isAtEnd(timeline) && Boolean(saying(timeline, 'back again')?.event));
      expect(texts(back).slice(-3)).toEqual(['number 70', 'not seen from here', 'back again']);
    });

    it('is shown around a time, and at the end when one asks for it', async () => {
      const rows = await look();
      await berta.timelines.jump(room, { event: eventOf('number 12') });
      const around = await rows.until((timeline) => Boolean(saying(timeline, 'number 12')));
      const at = saying(around, 'number 12')?.at ?? 0;
      expect(await berta.timelines.jump(room, 'end')).toBeNull();
      await rows.until((timeline) => isAtEnd(timeline) && !saying(timeline, 'number 12'));
      const key = await berta.timelines.jump(room, { at });
      const shown = await rows.until((timeline) => timeline.rows.some((row) => row.key === key));
      const found = shown.rows.find((row) => row.key === key) ?? expect.fail('has no row');
      expect(found.at).toBeGreaterThanOrEqual(at);
      expect(shown.rows.filter((row) => row.at >= at && row.at < found.at)).toEqual([]);
      await berta.timelines.jump(room, { at: Date.now() + 3_600_000 });
      await rows.until(isAtEnd);
    });

    it('does not move for an event that is not there, nor while the zone is away', async () => {
      const rows = await look();
      const before = rows.current?.rows;
      await expectFailure(berta.timelines.jump(room, { event: `$${'a'.repeat(43)}` as EventId }), 'not-found');
      const restore = await stage().cut(berta.browser);
      await expectFailure(berta.timelines.jump(room, { event: eventOf('number 3') }), 'unreachable');
      await restore();
      expect(rows.current?.rows.map(({ key }) => key)).toEqual(before?.map(({ key }) => key));
    });

    it('is the end again for who comes back', async () => {
      const rows = await look();
      await berta.timelines.jump(room, { event: eventOf('number 8') });
      await rows.until((timeline) => timeline.newer === 'more');
      rows.stop();
      await look();
    });

    it('shows what was said better, also where that lies outside', async () => {
      await herOther.edit(room, eventOf('number 5'), 'number 5, said better');
      const rows = await look();
      await berta.timelines.jump(room, { event: eventOf('number 5') });
      const shown = await rows.until((timeline) => Boolean(saying(timeline, 'number 5, said better')));
      expect(shown.newer).toBe('more');
      expect(saying(shown, 'number 5, said better')).toMatchObject({ event: eventOf('number 5'), edited: true });
    });
  });

  describe('what is done to a message', () => {
    let anna: Actor;
    let berta: Actor;
    let herOther: OtherClient;
    let theirOther: OtherClient;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      [herOther, theirOther] = await Promise.all([stage().otherClient(anna), stage().otherClient(berta)]);
    }, 60_000);

    const reactions = (timeline: Timeline): readonly Reaction[] => messages(timeline)[0]?.reactions ?? [];
    const counts = (timeline: Timeline) => reactions(timeline).map(({ key, count, mine }) => [key, count, mine]);

    it('is told: reactions, each person once a key, gone when taken back', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(anna.timelines.rows(room));
      const event = await herOther.say(room, 'bread?');
      await rows.until((timeline) => Boolean(saying(timeline, 'bread?')));
      await theirOther.react(room, event, '🥖');
      const one = await rows.until((timeline) => reactions(timeline).length === 1);
      expect(reactions(one)).toMatchObject([{ key: '🥖', count: 1, mine: false, people: [{ id: berta.id }] }]);
      const mine = await herOther.react(room, event, '🥖');
      await herOther.react(room, event, '🙂');
      await rows.until((timeline) => reactions(timeline).length === 2);
      expect(counts(rows.current as Timeline)).toEqual([
        ['🥖', 2, true],
        ['🙂', 1, true]
      ]);
      await herOther.delete(room, mine);
      const left = await rows.until((timeline) => reactions(timeline)[0]?.count === 1);
      expect(counts(left)).toEqual([
        ['🥖', 1, false],
        ['🙂', 1, true]
      ]);
      // Told the same to who opens it later.
      const theirs = await until(berta.timelines.rows(room), (timeline) => reactions(timeline).length === 2);
      expect(counts(theirs)).toEqual([
        ['🥖', 1, true],
        ['🙂', 1, false]
      ]);
      expect(messages(theirs).length).toBe(1);
    });

    it('is told: an edit of its own sender, and not of another', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(berta.timelines.rows(room));
      const event = await herOther.say(room, 'at seven');
      await rows.until((timeline) => Boolean(saying(timeline, 'at seven')));
      await theirOther.edit(room, event, 'at noon');
      const edit = await herOther.edit(room, event, 'at eight');
      const shown = await rows.until((timeline) => Boolean(saying(timeline, 'at eight')));
      expect(messages(shown)).toMatchObject([{ event, edited: true }]);
      await herOther.delete(room, edit);
      await rows.until((timeline) => saying(timeline, 'at seven')?.edited === false);
    });

    it('is told: that it was deleted, with all that was done to it', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const rows = watch(berta.timelines.rows(room));
      const event = await herOther.say(room, 'a mistake');
      await theirOther.react(room, event, '🙂');
      await rows.until((timeline) => reactions(timeline).length === 1);
      await herOther.delete(room, event);
      const shown = await rows.until((timeline) => messages(timeline)[0]?.body.type === 'deleted');
      expect(messages(shown)).toMatchObject([{ event, edited: false, reactions: [] }]);
    });
  });
}

/** Asks for newer rows until there are none. */
async function readOn(person: Actor, room: RoomId, rows: Watch<Timeline>): Promise<Timeline> {
  for (let step = 0; step < 20; step++) {
    const { newer } = await rows.until((timeline) => timeline.newer !== 'loading');
    if (newer === 'end') return rows.until(() => true);
    expect(newer).toBe('more');
    await person.timelines.newer(room);
  }
  return expect.fail('never came to the end');
}
