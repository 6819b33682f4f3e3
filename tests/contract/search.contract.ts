import { beforeAll, describe, expect, it } from 'vitest';
import type { FoundMessages, RoomId } from '../../src/lib/matrix/values.ts';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import { elsewhere, gathering, newcomer, said, say, saying, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

const textsOf = ({ messages }: FoundMessages): readonly string[] => messages.map(({ text }) => text);
const isOver = ({ state }: FoundMessages): boolean => state !== 'looking';

/** Looking for what was said, where the zone can read it and where this browser alone can. */
export function searchContract(stage: () => Stage): void {
  describe('looking for messages', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    const find = (person: Actor, term: string, room?: RoomId) =>
      until(person.search.messages({ term, ...(room && { room }) }), isOver);

    for (const sealed of [false, true]) {
      const how = sealed ? 'encrypted' : 'plain';

      it(`finds what holds all the words, the newest first, and where it was said, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        await said(anna, room, 'Tomorrow the WATER is cut in Carrer Nou');
        const second = await said(berta, room, 'No water? Then I fill the tub tomorrow');
        await said(anna, room, 'Bread is ready');
        const found = await find(berta, '  water TOMORROW ', room);
        expect(found).toMatchObject({ state: 'all', failure: null, since: null, unreadable: 0 });
        expect(textsOf(found)).toEqual([
          'No water? Then I fill the tub tomorrow',
          'Tomorrow the WATER is cut in Carrer Nou'
        ]);
        expect(found.words).toEqual(expect.arrayContaining(['water', 'tomorrow']));
        expect(found.messages[0]).toMatchObject({
          conversation: { id: room },
          event: second,
          sender: { id: berta.id, name: berta.name },
          mine: true
        });
        expect(found.messages[1]).toMatchObject({ sender: { id: anna.id, name: anna.name }, mine: false });
        expect(textsOf(await find(berta, 'water', room))).toHaveLength(2);
        expect(textsOf(await find(berta, 'elephants', room))).toEqual([]);
        expect(textsOf(await find(berta, ' ', room))).toEqual([]);
      }, 60_000);

      it(`finds a message by what it says now, and one that was deleted not at all, ${how}`, async () => {
        const room = await gathering({ sealed }, anna, berta);
        const [one, two] = [await said(anna, room, 'dinner at eight'), await said(anna, room, 'dinner is cancelled')];
        expect(textsOf(await find(berta, 'dinner', room))).toHaveLength(2);
        await anna.timelines.edit(room, one, { text: 'supper at nine' }, newTransaction());
        await anna.timelines.delete(room, two, '', newTransaction());
        const rows = watch(berta.timelines.rows(room));
        await rows.until(
          (timeline) =>
            Boolean(saying(timeline, 'supper at nine')) &&
            timeline.rows.some((row) => row.kind === 'message' && row.body.type === 'deleted')
        );
        const found = await find(berta, 'supper', room);
        expect(found.messages).toMatchObject([{ event: one, text: 'supper at nine', sender: { id: anna.id } }]);
        expect((await find(berta, 'cancelled', room)).messages).toEqual([]);
        // Who looks for the first time finds the same.
        expect((await find(anna, 'supper', room)).messages).toMatchObject([{ event: one, text: 'supper at nine' }]);
        expect((await find(anna, 'cancelled', room)).messages).toEqual([]);
      }, 60_000);
    }

    it('looks in all conversations at once, encrypted or not, and in none that one has left', async () => {
      const rooms = [await gathering({ sealed: true }, anna, berta), await gathering({ sealed: false }, anna, berta)];
      for (const room of rooms) await said(anna, room, `the walnuts are in ${room}`);
      const both = await until(berta.search.messages({ term: 'walnuts' }), (found) => found.messages.length === 2);
      expect(both.messages.map(({ conversation }) => conversation.id)).toEqual(rooms.toReversed());
      for (const room of rooms) {
        await berta.conversations.leave(room);
        await until(berta.conversations.one(room), (one) => one === null);
      }
      await until(berta.search.messages({ term: 'walnuts' }), (found) => isOver(found) && found.messages.length === 0);
    }, 60_000);

    it('shows a part, and more when asked', async () => {
      const room = await gathering({ sealed: true }, anna);
      for (let n = 0; n < 33; n++) await say(anna, room, `cherry ${n}`);
      await until(anna.timelines.rows(room), (timeline) => saying(timeline, 'cherry 32')?.delivery === 'sent');
      const query = { term: 'cherry', room };
      const found = watch(anna.search.messages(query));
      const first = await found.until(isOver);
      expect(textsOf(first)).toEqual(Array.from({ length: 30 }, (_none, n) => `cherry ${32 - n}`));
      expect(first.state).toBe('more');
      await anna.search.further(query);
      const whole = await found.until(({ messages, state }) => messages.length === 33 && state !== 'looking');
      expect(whole.state).toBe('all');
      expect(textsOf(whole).at(-1)).toBe('cherry 0');
    }, 60_000);

    it('says that it could not look everywhere, shows what it has, and tries again', async () => {
      const room = await gathering({ sealed: true }, anna);
      await said(anna, room, 'the ladder is in the shed');
      expect(textsOf(await find(anna, 'ladder', room))).toHaveLength(1);
      const restore = await stage().cut(anna.browser);
      const query = { term: 'shed', room };
      const found = watch(anna.search.messages(query));
      const cut = await found.until(({ failure, messages }) => failure !== null && messages.length === 1);
      expect(cut).toMatchObject({ state: 'more', failure: 'unreachable' });
      await restore();
      await until(anna.link.state(), ({ state }) => state === 'online');
      await anna.search.further(query);
      expect(await found.until(({ failure }) => failure === null)).toMatchObject({ state: 'all' });
      expect(textsOf(found.current ?? expect.fail())).toEqual(['the ladder is in the shed']);
    }, 60_000);

    it('finds what was locked once its keys are here', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await gathering({ sealed: true }, carla);
      await said(carla, room, 'the beehive hums');
      const { key } = await carla.recovery.setUp(carla.password);
      await until(carla.recovery.state(), (state) => state.state === 'ready' && state.left === 0);
      const other = await elsewhere(stage(), carla);
      await until(other.recovery.state(), ({ state }) => state === 'locked');
      await until(other.conversations.one(room), (one) => one !== null);
      const locked = await find(other, 'beehive', room);
      expect(locked).toMatchObject({ messages: [], unreadable: 1 });
      await other.recovery.restore(key);
      const open = watch(other.search.messages({ term: 'beehive', room }));
      await open.until(({ messages, unreadable }) => messages[0]?.text === 'the beehive hums' && unreadable === 0);
    }, 60_000);
  });
}
