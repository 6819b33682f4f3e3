import { beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../../src/lib/matrix/values.ts';
import { newTransaction } from '../../src/lib/matrix/transaction.ts';
import { expectFailure, gathering, joinInvited, newcomer, unique, type Actor, type Stage } from './stage.ts';
import { eventually, until, watch } from './until.ts';

export function peopleContract(stage: () => Stage): void {
  describe('people', () => {
    let anna: Actor;
    let berta: Actor;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
    }, 60_000);

    it('is called by the local part until one chooses a name', async () => {
      const carla = await newcomer(stage(), 'carla');
      const me = watch(carla.people.me());
      expect(await me.until(() => true)).toEqual({ id: carla.id, name: carla.name });
      const name = unique('Carla <i>Puig</i> ');
      await carla.people.rename(name);
      expect(await me.until((person) => person.name === name)).toEqual({ id: carla.id, name });
    });

    it('shows a new name to the others, in members and as the name of a direct conversation', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await anna.conversations.direct(carla.id);
      await joinInvited(carla, room);
      const name = unique('Carla ');
      await carla.people.rename(name);
      await until(anna.people.members(room, { start: 0, end: 5 }), ({ rows }) =>
        rows.some((member) => member.id === carla.id && member.name === name)
      );
      await until(anna.conversations.one(room), (one) => one?.name === name && one.person?.name === name);
    });

    it('shows one’s photo to the others, wherever they meet her, and none again', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await anna.conversations.direct(carla.id);
      await joinInvited(carla, room);
      const rows = watch(anna.timelines.rows(room));
      const bytes = Uint8Array.of(137, 80, 78, 71, 1);
      await carla.people.setPhoto(new Blob([bytes], { type: 'image/png' }));
      const me = await until(carla.people.me(), ({ photo }) => photo !== undefined);
      const one = await until(anna.conversations.one(room), (one) => one?.photo?.at === 'zone');
      expect(one?.photo).toEqual(me.photo);
      expect(await (await anna.files.bytes(me.photo ?? expect.fail('none'))).bytes()).toEqual(bytes);
      await until(anna.people.members(room, { start: 0, end: 5 }), ({ rows }) =>
        rows.some(({ id, photo }) => id === carla.id && photo !== undefined)
      );
      await carla.timelines.send(room, { text: 'look at me' }, newTransaction());
      await rows.until(({ rows }) => rows.some(({ kind, sender }) => kind === 'message' && sender.photo !== undefined));
      await carla.people.rename(unique('Carla '));
      expect((await until(carla.people.me(), () => true)).photo).toEqual(me.photo);
      await carla.people.setPhoto(null);
      await until(carla.people.me(), ({ photo }) => photo === undefined);
      await until(anna.conversations.one(room), (one) => one?.photo === null);
    });

    it('lists members with their roles, roles first, then names, in slices', async () => {
      const carla = await newcomer(stage(), 'aaron');
      const room = await gathering({ sealed: false }, berta, anna);
      await berta.conversations.invite(room, carla.id);
      const everything = ['remove', 'ban', 'administrator', 'moderator'];
      const all = await until(berta.people.members(room, { start: 0, end: 10 }), ({ total }) => total === 3);
      expect(all.rows).toEqual([
        { id: berta.id, name: berta.name, membership: 'joined', role: 'creator', may: [] },
        { id: carla.id, name: carla.name, membership: 'invited', role: 'member', may: everything },
        { id: anna.id, name: anna.name, membership: 'joined', role: 'member', may: everything }
      ]);
      const part = await until(anna.people.members(room, { start: 1, end: 2 }), ({ total }) => total === 3);
      expect(part).toEqual({ total: 3, start: 1, rows: [{ ...all.rows[1], may: [] }] });
    });

    it('tell of themselves, to who looks, until they no longer do', async () => {
      const carla = await newcomer(stage(), 'carla');
      expect(await anna.people.about(carla.id)).toBe('');
      await carla.people.setAbout('I mend radios. <b>Ask me.</b>');
      expect(await anna.people.about(carla.id)).toBe('I mend radios. <b>Ask me.</b>');
      await carla.people.setAbout('');
      expect(await carla.people.about(carla.id)).toBe('');
      await expectFailure(anna.people.about(`@${unique('nobody')}:${stage().zone}` as UserId), 'not-found');
    });

    it('finds people by local part, by name and by address, never oneself', async () => {
      const carla = await newcomer(stage(), 'carla');
      const name = unique('Montserrat ');
      await carla.people.rename(name);
      const hers = (people: readonly { id: string }[]) => people.some(({ id }) => id === carla.id);
      for (const term of [carla.name, name, `${carla.name}@${stage().zone}`, carla.id]) {
        const found = await eventually(() => anna.people.search(term), hers);
        expect(found.find(({ id }) => id === carla.id)).toEqual({ id: carla.id, name });
      }
      expect(hers(await carla.people.search(carla.name))).toBe(false);
      expect(await anna.people.search(unique('nobody'))).toEqual([]);
      expect(await anna.people.search('  ')).toEqual([]);
    });
  });
}
