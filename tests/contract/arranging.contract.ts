import { beforeAll, describe, expect, it } from 'vitest';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import type { RoomId } from '../../src/lib/matrix/values.ts';
import { elsewhere, gathering, newcomer, say, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

/** How one arranges conversations for oneself, and what one hears of them. */
export function arrangingContract(stage: () => Stage): void {
  describe('how one arranges conversations for oneself', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    it('is known on every browser, and to nobody else', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const other = await elsewhere(stage(), berta);
      await berta.conversations.setNotify(room, 'mentions');
      await berta.conversations.setShelf(room, 'low');
      for (const person of [berta, other])
        await until(person.conversations.one(room), (one) => one?.notify === 'mentions' && one.shelf === 'low');
      expect(await until(anna.conversations.one(room), () => true)).toMatchObject({ notify: 'all', shelf: 'usual' });
      await other.conversations.setNotify(room, 'nothing');
      await other.conversations.setShelf(room, 'favourite');
      for (const person of [berta, other])
        await until(person.conversations.one(room), (one) => one?.notify === 'nothing' && one.shelf === 'favourite');
      await berta.conversations.setNotify(room, 'all');
      await berta.conversations.setShelf(room, 'usual');
      for (const person of [berta, other])
        await until(person.conversations.one(room), (one) => one?.notify === 'all' && one.shelf === 'usual');
    });

    it('orders the list: favourites before the newest, those of low priority after all', async () => {
      const carla = await newcomer(stage(), 'carla');
      const make = (name: string) => carla.conversations.create({ name, door: 'invitation', sealed: false });
      const [one, two, three] = [await make('One'), await make('Two'), await make('Three')];
      const list = watch(carla.conversations.list({ start: 0, end: 10 }));
      const order = (...names: string[]) =>
        list.until(({ rows }) => rows.map(({ name }) => name).join() === names.join());
      const plaza = (await list.until(({ total }) => total === 4)).rows.at(-1)?.name ?? '';
      await carla.conversations.setShelf(one, 'favourite');
      await carla.conversations.setShelf(three, 'low');
      await order('One', 'Two', plaza, 'Three');
      await say(carla, three, 'news');
      await say(carla, two, 'news');
      await order('One', 'Two', plaza, 'Three');
      await carla.conversations.setShelf(two, 'favourite');
      await order('Two', 'One', plaza, 'Three');
    });

    it('is what one hears of: what is new and not silenced, until it is read', async () => {
      const carla = await newcomer(stage(), 'carla');
      const [loud, quiet] = [
        await gathering({ sealed: true }, anna, carla),
        await gathering({ sealed: false }, anna, carla)
      ];
      await carla.conversations.setNotify(quiet, 'mentions');
      await until(carla.conversations.one(quiet), (one) => one?.notify === 'mentions');
      const alerts = watch(carla.conversations.alerts());
      await alerts.until((now) => now.length === 0);
      await say(anna, quiet, 'nobody needs this');
      await say(anna, loud, 'bread is ready');
      const [first] = await alerts.until((now) => now.length === 1 && now[0]?.conversation.last?.body.type === 'text');
      expect(first).toMatchObject({
        kind: 'message',
        conversation: { id: loud, last: { body: { text: 'bread is ready' }, sender: { id: anna.id } } }
      });
      await anna.timelines.send(
        quiet,
        { text: `hello @${carla.name}`, mentions: [{ id: carla.id, name: carla.name }] },
        newTransaction()
      );
      const both = await alerts.until((now) => now.length === 2);
      expect(both.map(({ conversation, kind }) => [conversation.id, kind])).toEqual([
        [loud, 'message'],
        [quiet, 'mention']
      ]);
      await carla.timelines.markRead(loud, first?.event ?? expect.fail('has no event'));
      await alerts.until((now) => now.length === 1 && now[0]?.conversation.id === quiet);
      const other = await elsewhere(stage(), carla);
      expect(await until(other.conversations.alerts(), () => true)).toEqual([]);
      await say(carla, quiet, 'I hear you');
      await alerts.until((now) => now.length === 0);
      const asked = await anna.conversations.create({ name: 'Asked in', door: 'invitation', sealed: false });
      await anna.conversations.invite(asked, carla.id);
      await alerts.until((now) => now[0]?.kind === 'invitation' && now[0].conversation.id === asked);
      await carla.conversations.leave(asked);
      await alerts.until((now) => now.length === 0);
    });

    it('is what one hears of: words wherever they are said, and nothing of certain people', async () => {
      const [berta, carla] = [await newcomer(stage(), 'berta'), await newcomer(stage(), 'carla')];
      const [open, sealed] = [
        await gathering({ sealed: false }, anna, berta, carla),
        await gathering({ sealed: true }, anna, carla)
      ];
      const heard = watch(carla.hearing.state());
      await heard.until(({ words, quiet }) => words.length === 0 && quiet.length === 0);
      await carla.hearing.setWord('ladder', true);
      await carla.hearing.setQuiet(berta.id, true);
      await heard.until(({ words, quiet }) => words[0] === 'ladder' && quiet[0] === berta.id);
      const alerts = watch(carla.conversations.alerts());
      await alerts.until((now) => now.length === 0);
      await say(berta, open, 'nobody needs this');
      await until(carla.conversations.one(open), (one) => one?.unread.count === 1);
      await say(anna, sealed, 'who has a Ladder?');
      const [first, second] = await alerts.until((now) => now[0]?.kind === 'mention');
      expect([first?.conversation.id, second]).toEqual([sealed, undefined]);
      await say(berta, open, 'I have a ladder');
      await alerts.until((now) => now.some(({ conversation, kind }) => conversation.id === open && kind === 'mention'));
      const other = await elsewhere(stage(), carla);
      await until(other.hearing.state(), ({ words }) => words.includes('ladder'));
      await carla.hearing.setWord('ladder', false);
      await carla.hearing.setQuiet(berta.id, false);
      await carla.hearing.setQuiet(berta.id, false);
      await until(other.hearing.state(), ({ words, quiet }) => words.length === 0 && quiet.length === 0);
    });

    it('keeps out of the badge what one does not want to hear of', async () => {
      const carla = await newcomer(stage(), 'carla');
      const [some, none] = [
        await gathering({ sealed: false }, anna, carla),
        await gathering({ sealed: false }, anna, carla)
      ];
      await carla.conversations.setNotify(some, 'mentions');
      await carla.conversations.setNotify(none, 'nothing');
      const badge = watch(carla.conversations.unread());
      await until(carla.conversations.one(none), (one) => one?.notify === 'nothing');
      await until(carla.conversations.one(some), (one) => one?.notify === 'mentions');
      const address = (room: RoomId) =>
        anna.timelines.send(
          room,
          { text: `hello @${carla.name}`, mentions: [{ id: carla.id, name: carla.name }] },
          newTransaction()
        );
      await address(none);
      await say(anna, some, 'hello all');
      await address(some);
      await until(carla.conversations.one(some), (one) => one?.unread.count === 2 && one.unread.mentions === 1);
      await until(carla.conversations.one(none), (one) => one?.unread.count === 1);
      await badge.until(({ count, mentions }) => count === 1 && mentions === 1);
      await carla.conversations.setNotify(none, 'all');
      await badge.until(({ count, mentions }) => count === 2 && mentions === 2);
    });
  });
}
