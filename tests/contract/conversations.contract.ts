import { beforeAll, describe, expect, it } from 'vitest';
import type { RoomId } from '../../src/lib/matrix/values.ts';
import {
  elsewhere,
  expectFailure,
  gathering,
  joinInvited,
  newcomer,
  say,
  saying,
  unique,
  type Actor,
  type Stage
} from './stage.ts';
import { eventually, until, watch } from './until.ts';

export function conversationsContract(stage: () => Stage): void {
  describe('conversations', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    it('brings a newcomer into the plaza, and nowhere else', async () => {
      const carla = await newcomer(stage(), 'carla');
      const { rows, total, start } = await until(
        carla.conversations.list({ start: 0, end: 20 }),
        (slice) => slice.total > 0 && slice.rows.length > 0
      );
      expect({ total, start }).toEqual({ total: 1, start: 0 });
      expect(rows[0]).toMatchObject({ kind: 'room', membership: 'joined', door: 'open', sealed: false, person: null });
      expect(rows[0]?.unread).toEqual({ count: 0, exact: true, mentions: 0 });
      const { rows: members } = await until(
        carla.people.members(rows[0]?.id as RoomId, { start: 0, end: 500 }),
        (slice) => slice.rows.some(({ id }) => id === carla.id)
      );
      expect(members[0]).toMatchObject({ id: `@zone:${stage().zone}`, role: 'creator' });
    });

    it('creates a room as asked', async () => {
      const form = {
        name: unique('Garden '),
        topic: 'Water & <b>seeds</b>',
        door: 'invitation',
        sealed: true
      } as const;
      const id = await anna.conversations.create(form);
      const one = await until(anna.conversations.one(id), (room) => room?.sealed === true && room.topic !== '');
      expect(one).toMatchObject({ ...form, id, kind: 'room', membership: 'joined', memberCount: 1, person: null });
      expect(one?.inviter).toBeNull();
      const open = await anna.conversations.create({ name: unique('Square '), door: 'open', sealed: false });
      await until(anna.conversations.one(open), (room) => room?.door === 'open' && room.sealed === false);
    });

    it('finds conversations by name, without case and accents, and follows them', async () => {
      const carla = await newcomer(stage(), 'carla');
      const made = await carla.conversations.create({ name: 'L’Òdena Vella', door: 'invitation', sealed: false });
      await carla.conversations.create({ name: 'Another', door: 'invitation', sealed: true });
      const found = watch(carla.conversations.search(' odena v'));
      expect((await found.until((rows) => rows.length === 1))[0]?.id).toBe(made);
      expect(await until(carla.conversations.search('nowhere'), () => true)).toEqual([]);
      expect(await until(carla.conversations.search(' '), () => true)).toEqual([]);
      await carla.conversations.leave(made);
      await found.until((rows) => rows.length === 0);
    });

    it('lists the newest first, in slices with a total', async () => {
      const carla = await newcomer(stage(), 'carla');
      const rooms: RoomId[] = [];
      for (const name of ['One', 'Two', 'Three']) {
        rooms.push(await carla.conversations.create({ name, door: 'invitation', sealed: false }));
      }
      const [one, two, three] = rooms as [RoomId, RoomId, RoomId];
      const head = watch(carla.conversations.list({ start: 0, end: 2 }));
      const first = await head.until(({ total, rows }) => total === 4 && rows[0]?.id === three && rows[1]?.id === two);
      expect(first).toMatchObject({ start: 0, total: 4 });
      expect(first.rows.length).toBe(2);
      const tail = watch(carla.conversations.list({ start: 2, end: 10 }));
      const rest = await tail.until(({ total, rows }) => total === 4 && rows.length === 2);
      expect(rest.start).toBe(2);
      expect(rest.rows[0]?.id).toBe(one);
      await until(
        carla.conversations.list({ start: 4, end: 10 }),
        ({ total, rows }) => total === 4 && rows.length === 0
      );

      await say(carla, one, 'this one is the newest now');
      const moved = await head.until(({ rows }) => rows[0]?.id === one && rows[0].last?.body.type === 'text');
      expect(moved.rows.map(({ id }) => id)).toEqual([one, three]);
      expect(moved.rows[0]?.last).toMatchObject({
        mine: true,
        sender: { id: carla.id },
        body: { type: 'text', text: 'this one is the newest now' }
      });
      await tail.until(({ rows }) => rows[0]?.id === two);
    });

    it('knows nothing of a room that one is not in', async () => {
      const strange = `!${'a'.repeat(43)}` as RoomId;
      expect(await until(anna.conversations.one(strange), () => true)).toBeNull();
      const hers = await anna.conversations.create({ name: 'Hers', door: 'invitation', sealed: false });
      expect(await until(berta.conversations.one(hers), () => true)).toBeNull();
    });

    it('leaves a room', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      await berta.conversations.leave(room);
      await until(berta.conversations.one(room), (one) => one === null);
      const list = await until(berta.conversations.list({ start: 0, end: 50 }), ({ rows }) =>
        rows.every(({ id }) => id !== room)
      );
      expect(list.rows.length).toBe(list.total);
      await until(anna.conversations.one(room), (one) => one?.memberCount === 1);
      await expectFailure(say(berta, room, 'from outside'), 'not-found');
    });

    it('finds open rooms in the directory, and joins one', async () => {
      const name = unique('Library ');
      const room = await anna.conversations.create({ name, topic: 'Books', door: 'open', sealed: false });
      const found = await eventually(
        () => berta.conversations.directory({ term: name.toLowerCase() }),
        ({ rooms }) => rooms.length === 1
      );
      const told = {
        id: room,
        name,
        topic: 'Books',
        photo: null,
        address: null,
        memberCount: 1,
        door: 'open',
        readable: true,
        sealed: false,
        joined: false
      };
      expect(found).toEqual({ rooms: [told], more: null });
      expect(await berta.conversations.describe(room)).toEqual(told);
      expect(await berta.conversations.join(room)).toBe(room);
      await until(berta.conversations.one(room), (one) => one?.membership === 'joined');
      await eventually(
        () => berta.conversations.directory({ term: name }),
        ({ rooms: [entry] }) => entry?.joined === true && entry.memberCount === 2
      );
      expect((await berta.conversations.directory({ term: unique('no such room ') })).rooms).toEqual([]);
    });

    it('keeps closed rooms out of the directory', async () => {
      const name = unique('Secret ');
      await anna.conversations.create({ name, door: 'invitation', sealed: false });
      const control = unique('Public ');
      await anna.conversations.create({ name: control, door: 'open', sealed: false });
      await eventually(
        () => anna.conversations.directory({ term: control }),
        ({ rooms }) => rooms.length === 1
      );
      expect((await anna.conversations.directory({ term: name })).rooms).toEqual([]);
    });

    it('joins the plaza again by its alias', async () => {
      const carla = await newcomer(stage(), 'carla');
      const list = watch(carla.conversations.list({ start: 0, end: 5 }));
      const plaza = (await list.until(({ rows }) => rows.length === 1)).rows[0]?.id as RoomId;
      await carla.conversations.leave(plaza);
      await list.until(({ total }) => total === 0);
      expect(await carla.conversations.join(`#plaza:${stage().zone}`, [stage().zone])).toBe(plaza);
      await list.until(({ total, rows }) => total === 1 && rows[0]?.membership === 'joined');
    });

    it('says why a room cannot be joined', async () => {
      await expectFailure(berta.conversations.join(`#${unique('nowhere')}:${stage().zone}`), 'not-found');
      const closed = await anna.conversations.create({ name: 'Closed', door: 'invitation', sealed: false });
      await expectFailure(berta.conversations.join(closed), 'forbidden');
    });

    it('counts what others said since one has read, and sums it up', async () => {
      const carla = await newcomer(stage(), 'carla');
      const one = await gathering({ sealed: false }, anna, carla);
      const two = await gathering({ sealed: true }, anna, carla);
      const badge = watch(carla.conversations.unread());
      await badge.until(({ count }) => count === 0);
      for (const [room, text] of [
        [one, 'first'],
        [one, 'second'],
        [two, 'third']
      ] as const) {
        await say(anna, room, text);
      }
      await until(carla.conversations.one(one), (room) => room?.unread.count === 2);
      await until(carla.conversations.one(two), (room) => room?.unread.count === 1);
      await badge.until(({ count }) => count === 3);

      const rows = await until(carla.timelines.rows(one), (timeline) => Boolean(saying(timeline, 'second')));
      await carla.timelines.markRead(one, saying(rows, 'first')?.event ?? expect.fail('has no event'));
      await until(carla.conversations.one(one), (room) => room?.unread.count === 1);
      await carla.timelines.markRead(one, saying(rows, 'second')?.event ?? expect.fail('has no event'));
      await until(carla.conversations.one(one), (room) => room?.unread.count === 0);
      await badge.until(({ count }) => count === 1);
      await until(anna.conversations.unread(), ({ count }) => count === 0);
    });

    it('is gone from a browser, too, that could not hear of it', async () => {
      const room = await gathering({ sealed: false }, anna, berta);
      const sealed = await gathering({ sealed: true }, anna, berta);
      const second = await elsewhere(stage(), berta);
      await until(second.conversations.one(room), (one) => one?.membership === 'joined');
      await until(second.conversations.one(sealed), (one) => one?.sealed === true);
      const list = watch(second.conversations.list({ start: 0, end: 50 }));
      await list.until(({ rows }) => rows.some(({ id }) => id === room));
      const restore = await stage().cut(second.browser);
      await berta.conversations.leave(room);
      await until(berta.conversations.one(room), (one) => one === null);
      await until(anna.conversations.one(room), (one) => one?.memberCount === 1);
      await restore();
      await list.until(({ rows, total }) => rows.every(({ id }) => id !== room) && rows.length === total);
      await say(anna, sealed, 'are you back?');
      await until(second.timelines.rows(sealed), (now) => saying(now, 'are you back?') !== undefined);
    });

    it('follows what another browser of the same person does', async () => {
      const second = await elsewhere(stage(), berta);
      const room = await anna.conversations.create({ name: unique('Room '), door: 'invitation', sealed: false });
      const list = watch(berta.conversations.list({ start: 0, end: 50 }));
      await anna.conversations.invite(room, berta.id);
      await list.until(({ rows }) => rows[0]?.id === room && rows[0].membership === 'invited');
      await joinInvited(second, room);
      await list.until(({ rows }) => rows.find(({ id }) => id === room)?.membership === 'joined');
      await say(anna, room, 'hello');
      await until(berta.conversations.one(room), (one) => one?.unread.count === 1);
      const rows = await until(second.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'hello')));
      await second.timelines.markRead(room, saying(rows, 'hello')?.event ?? expect.fail('has no event'));
      await until(berta.conversations.one(room), (one) => one?.unread.count === 0);
      await second.conversations.leave(room);
      await list.until(({ rows }) => rows.every(({ id }) => id !== room));
    });
  });
}
