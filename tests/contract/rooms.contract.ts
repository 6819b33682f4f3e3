import { beforeAll, describe, expect, it } from 'vitest';
import type { Member, RoomId } from '../../src/lib/matrix/values.ts';
import {
  expectFailure,
  gathering,
  joinInvited,
  messages,
  newcomer,
  say,
  saying,
  texts,
  unique,
  type Actor,
  type Stage
} from './stage.ts';
import { eventually, until, watch } from './until.ts';

const day = 86_400_000;

/** What rooms are, and who looks after them. */
export function roomsContract(stage: () => Stage): void {
  describe('rooms', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);
    const gather = () => gathering({ sealed: false }, anna, berta);

    const member = (person: Actor, of: RoomId, who: Actor, is: (member: Member | undefined) => boolean) =>
      until(person.people.members(of, { start: 0, end: 20 }), ({ rows }) => is(rows.find(({ id }) => id === who.id)));

    it('are changed part by part, for all, and say so in the conversation', async () => {
      const room = await gather();
      const hers = watch(anna.timelines.rows(room));
      const theirs = watch(berta.timelines.rows(room));
      await hers.until(() => true);
      const settings = watch(anna.rooms.settings(room));
      await settings.until(({ rights }) => rights.includes('roles') && rights.includes('keeps'));
      const name = unique('Orchard ');
      await anna.rooms.change(room, { name, topic: 'Trees' });
      await settings.until((one) => one.name === name && one.topic === 'Trees' && one.address === null);
      await anna.rooms.change(room, { door: 'knock', history: 'joined', keeps: 30 * day });
      for (const person of [anna, berta])
        await until(
          person.conversations.one(room),
          (one) => one?.name === name && one.door === 'knock' && one.history === 'joined' && one.keeps === 30 * day
        );
      const said = await theirs.until(({ rows }) =>
        rows.some((row) => row.kind === 'notice' && row.notice.type === 'keeps')
      );
      const kinds = said.rows.flatMap((row) => (row.kind === 'notice' ? [row.notice] : []));
      expect(kinds.slice(-5)).toMatchObject([
        { type: 'named', text: name },
        { type: 'topic', text: 'Trees' },
        { type: 'door', door: 'knock' },
        { type: 'history', history: 'joined' },
        { type: 'keeps', keeps: 30 * day }
      ]);
      await anna.rooms.change(room, { keeps: null, door: 'invitation', topic: '' });
      await until(
        berta.conversations.one(room),
        (one) => one?.keeps === null && one.door === 'invitation' && one.topic === ''
      );
    });

    it('are not changed by who may not', async () => {
      const room = await gather();
      watch(berta.timelines.rows(room));
      const { rights } = await until(berta.rooms.settings(room), ({ rights }) => rights.length > 0);
      expect(rights).toEqual(['invite']);
      for (const change of [{ name: 'Mine' }, { door: 'open' }, { history: 'anybody' }, { keeps: day }] as const)
        await expectFailure(berta.rooms.change(room, change), 'forbidden');
      await expectFailure(berta.rooms.setRole(room, anna.id, 'member'), 'forbidden');
      await expectFailure(berta.rooms.remove(room, anna.id, ''), 'forbidden');
    });

    it('have a photo, which all see, and none again', async () => {
      const room = await gather();
      const photo = new Blob([Uint8Array.of(137, 80, 78, 71)], { type: 'image/png' });
      await anna.rooms.change(room, { photo });
      const one = await until(berta.conversations.one(room), (one) => one?.photo !== null);
      const source = one?.photo ?? expect.fail('no photo');
      expect(source).toMatchObject({ at: 'zone', seal: null });
      expect(await (await berta.files.bytes(source)).bytes()).toEqual(await photo.bytes());
      await anna.rooms.change(room, { photo: null });
      await until(berta.conversations.one(room), (one) => one?.photo === null);
    });

    it('have an address by which others come in, no two of them the same', async () => {
      const room = await gather();
      watch(anna.timelines.rows(room));
      const local = unique('orchard').toLowerCase();
      await anna.rooms.change(room, { address: local });
      await until(anna.rooms.settings(room), ({ address }) => address === `#${local}:${stage().zone}`);
      const other = await anna.conversations.create({ name: 'Other', door: 'open', sealed: false });
      await expectFailure(anna.rooms.change(other, { address: local }), 'address-taken');
      await anna.rooms.change(room, { address: `${local}.new` });
      await until(anna.rooms.settings(room), ({ address }) => address === `#${local}.new:${stage().zone}`);
      await anna.rooms.change(other, { address: local });
      expect(await berta.conversations.join(`#${local}:${stage().zone}`)).toBe(other);
      await anna.rooms.change(room, { address: null });
      await until(anna.rooms.settings(room), ({ address }) => address === null);
    });

    it('stand in the directory or do not, as one says', async () => {
      const name = unique('Fair ');
      const fair = await anna.conversations.create({ name, door: 'open', sealed: false });
      expect(await anna.rooms.listed(fair)).toBe(true);
      const found = async () => (await berta.conversations.directory({ term: name })).rooms;
      await eventually(found, ({ length }) => length === 1);
      await anna.rooms.change(fair, { listed: false });
      await eventually(found, ({ length }) => length === 0);
      expect(await anna.rooms.listed(fair)).toBe(false);
    });

    it('are read by anybody before she comes in, where they let her', async () => {
      const open = await anna.conversations.create({ name: unique('Fair '), door: 'open', sealed: false });
      await say(anna, open, 'stalls at nine');
      await until(anna.timelines.rows(open), (now) => saying(now, 'stalls at nine')?.delivery === 'sent');
      const read = await until(berta.timelines.rows(open), (now) => texts(now).includes('stalls at nine'));
      expect(messages(read)[0]?.sender.id).toBe(anna.id);
      expect(await until(berta.conversations.one(open), () => true)).toBeNull();
      const shut = await anna.conversations.create({ name: 'Shut', door: 'invitation', sealed: false });
      await say(anna, shut, 'a secret');
      await expectFailure(berta.conversations.describe(shut), 'not-found');
      await expectFailure(berta.conversations.join(shut), 'forbidden');
    });

    it('let in who asks, and tell what they are before', async () => {
      const name = unique('Workshop ');
      const where = await anna.conversations.create({ name, door: 'knock', sealed: true });
      const told = await berta.conversations.describe(where);
      expect(told).toMatchObject({ name, door: 'knock', readable: false, joined: false, memberCount: 1 });
      await expectFailure(berta.conversations.join(where), 'forbidden');
      const asked = () =>
        until(anna.people.members(where, { start: 0, end: 5 }), ({ rows: [first] }) => first?.membership === 'knocked');
      const alerts = watch(anna.conversations.alerts());
      await berta.conversations.knock(where, 'I have tools');
      await alerts.until((now) => now.some(({ kind, conversation: { id } }) => kind === 'knock' && id === where));
      await until(anna.conversations.one(where), (one) => one?.unread.mentions === 1);
      await until(berta.conversations.one(where), (one) => one?.membership === 'knocked');
      expect((await asked()).rows[0]?.id).toBe(berta.id);
      await berta.conversations.leave(where);
      await until(berta.conversations.one(where), (one) => one === null);
      await alerts.until((now) => now.every(({ conversation: { id } }) => id !== where));
      await until(anna.conversations.one(where), (one) => one?.unread.mentions === 0);
      await berta.conversations.knock(where, '');
      await until(anna.conversations.one(where), (one) => one?.unread.mentions === 1);
      await asked();
      await anna.conversations.invite(where, berta.id);
      await until(anna.conversations.one(where), (one) => one?.unread.mentions === 0);
      await joinInvited(berta, where);
      await expectFailure(berta.conversations.knock(await gather(), ''), 'forbidden');
    });

    it('stand in places, which stand before them in the list', async () => {
      const carla = await newcomer(stage(), 'carla');
      const names = [unique('Bakery '), unique('Archive '), unique('Cellar ')];
      const [bakery, archive, cellar] = [
        await anna.conversations.create({ name: names[0] ?? '', door: 'open', sealed: false }),
        await anna.conversations.create({ name: names[1] ?? '', door: 'open', sealed: false }),
        await anna.conversations.create({ name: names[2] ?? '', door: 'invitation', sealed: false })
      ];
      const place = await (await stage().otherClient(anna)).place('Quarter', [bakery, cellar, archive]);
      await until(anna.conversations.one(place), (one) => one?.kind === 'place');
      await say(anna, bakery, 'newer than the place');
      const list = await until(anna.conversations.list({ start: 0, end: 50 }), ({ rows }) => rows[0]?.id === place);
      expect(list.rows[1]?.kind).not.toBe('place');
      await anna.conversations.invite(place, carla.id);
      await joinInvited(carla, place);
      const hers = await anna.conversations.within(place);
      expect(hers.map(({ id, joined }) => [id, joined])).toEqual([
        [bakery, true],
        [cellar, true],
        [archive, true]
      ]);
      const seen = await carla.conversations.within(place);
      // What nobody lets her know of is not shown.
      expect(seen.map(({ id, joined, isPlace }) => [id, joined, isPlace])).toEqual([
        [bakery, false, false],
        [archive, false, false]
      ]);
      expect(seen[0]?.via).toEqual([stage().zone]);
      expect(await carla.conversations.join(bakery, seen[0]?.via)).toBe(bakery);
    });

    it('are put into places that one makes, and taken out, by who looks after the place', async () => {
      const carla = await newcomer(stage(), 'carla');
      const form = { name: unique('Quarter '), door: 'open', sealed: false } as const;
      const place = await anna.conversations.create({ ...form, kind: 'place' });
      await until(anna.conversations.one(place), (one) => one?.kind === 'place');
      const [bakery, cellar] = [
        await anna.conversations.create({ ...form, name: unique('Bakery ') }),
        await anna.conversations.create({ ...form, name: unique('Cellar ') })
      ];
      await anna.rooms.setWithin(place, bakery, true);
      await anna.rooms.setWithin(place, cellar, true);
      await carla.conversations.join(place);
      await until(carla.conversations.one(place), (one) => one?.membership === 'joined');
      const seen = async (person: Actor) => (await person.conversations.within(place)).map(({ id }) => id);
      expect(await seen(carla)).toEqual([bakery, cellar]);
      await expectFailure(carla.rooms.setWithin(place, bakery, false), 'forbidden');
      await anna.rooms.setWithin(place, bakery, false);
      expect(await seen(carla)).toEqual([cellar]);
      const rights = async (person: Actor) => (await until(person.rooms.settings(place), () => true)).rights;
      expect([(await rights(anna)).includes('rooms'), (await rights(carla)).includes('rooms')]).toEqual([true, false]);
    });

    it('have roles, which are given and taken', async () => {
      const carla = await newcomer(stage(), 'carla');
      const where = await gathering({ sealed: false }, anna, berta, carla);
      const theirs = watch(berta.timelines.rows(where));
      await member(anna, where, berta, (one) => one?.may.includes('moderator') === true);
      await member(berta, where, carla, (one) => one?.may.length === 0);
      await anna.rooms.setRole(where, berta.id, 'moderator');
      const seen = await member(berta, where, berta, (one) => one?.role === 'moderator');
      expect(seen.rows.map(({ role }) => role)).toEqual(['creator', 'moderator', 'member']);
      expect(seen.rows.map(({ may }) => may)).toEqual([[], [], ['remove', 'ban']]);
      await theirs.until(({ rows, mayDelete }) => {
        const last = rows.at(-1);
        return mayDelete && last?.kind === 'notice' && last.notice.type === 'role' && last.notice.role === 'moderator';
      });
      await anna.rooms.setRole(where, berta.id, 'member');
      await member(anna, where, berta, (one) => one?.role === 'member');
      await theirs.until(({ mayDelete }) => !mayDelete);
    });

    it('send somebody out, who may come back when she is asked; or for good, until she is allowed', async () => {
      const carla = await newcomer(stage(), 'carla');
      const where = await gathering({ sealed: false }, anna, carla);
      await anna.rooms.remove(where, carla.id, 'a mistake');
      await until(carla.conversations.one(where), (one) => one === null);
      await anna.conversations.invite(where, carla.id);
      await joinInvited(carla, where);
      expect(await anna.rooms.banned(where)).toEqual([]);
      await anna.rooms.ban(where, carla.id, '');
      await until(carla.conversations.one(where), (one) => one === null);
      expect(await anna.rooms.banned(where)).toEqual([{ id: carla.id, name: carla.name }]);
      await expectFailure(carla.conversations.join(where), 'forbidden');
      await anna.rooms.unban(where, carla.id);
      expect(await anna.rooms.banned(where)).toEqual([]);
      await anna.conversations.invite(where, carla.id);
      await joinInvited(carla, where);
    });

    it('find their members by name and by address', async () => {
      const room = await gather();
      const range = { start: 0, end: 10 };
      const found = (term: string) => until(anna.people.members(room, range, term), () => true);
      const all = await until(anna.people.members(room, range), ({ total }) => total === 2);
      expect(all.rows.map(({ id }) => id)).toEqual([anna.id, berta.id]);
      expect((await found(berta.name.toUpperCase())).rows.map(({ id }) => id)).toEqual([berta.id]);
      expect((await found(`${anna.name}@${stage().zone}`)).rows.map(({ id }) => id)).toEqual([anna.id]);
      expect(await found('nobody at all')).toMatchObject({ total: 0, rows: [] });
    });
  });
}
