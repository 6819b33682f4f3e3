import { beforeAll, describe, expect, it } from 'vitest';
import type { UserId } from '../../src/lib/matrix/values.ts';
import { expectFailure, hasKeys, joinInvited, newcomer, say, saying, unique, type Actor, type Stage } from './stage.ts';
import { until, watch } from './until.ts';

export function invitationsContract(stage: () => Stage): void {
  describe('invitations and direct conversations', () => {
    let anna: Actor;
    let berta: Actor;
    let nobody: UserId;
    beforeAll(async () => {
      [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      nobody = `@${unique('nobody')}:${stage().zone}` as UserId;
    }, 60_000);

    it('puts an invitation before all, with who invites to what', async () => {
      const name = unique('Room ');
      const room = await anna.conversations.create({ name, door: 'invitation', sealed: false });
      await anna.conversations.invite(room, berta.id);
      const list = watch(berta.conversations.list({ start: 0, end: 1 }));
      const { rows } = await list.until((slice) => slice.rows[0]?.id === room);
      expect(rows[0]).toMatchObject({ membership: 'invited', name, kind: 'room', inviter: { id: anna.id } });

      expect(await berta.conversations.join(room)).toBe(room);
      const joined = await until(berta.conversations.one(room), (one) => one?.membership === 'joined');
      expect(joined).toMatchObject({ name, memberCount: 2, inviter: null });
      await until(anna.conversations.one(room), (one) => one?.memberCount === 2);
    });

    it('declines an invitation', async () => {
      const room = await anna.conversations.create({ name: unique('Room '), door: 'invitation', sealed: false });
      await anna.conversations.invite(room, berta.id);
      const members = watch(anna.people.members(room, { start: 0, end: 10 }));
      await members.until(({ rows }) => rows.some(({ id, membership }) => id === berta.id && membership === 'invited'));
      await until(berta.conversations.one(room), (one) => one?.membership === 'invited');
      await berta.conversations.leave(room);
      await until(berta.conversations.one(room), (one) => one === null);
      await members.until(({ rows, total }) => total === 1 && rows.every(({ id }) => id !== berta.id));
      await expectFailure(berta.conversations.join(room), 'forbidden');
      await until(anna.timelines.rows(room), ({ rows }) =>
        rows.some((row) => row.kind === 'notice' && row.notice.type === 'declined' && row.sender.id === berta.id)
      );
    });

    it('says why somebody cannot be invited', async () => {
      const room = await anna.conversations.create({ name: unique('Room '), door: 'invitation', sealed: false });
      await expectFailure(anna.conversations.invite(room, nobody), 'not-found');
      await expectFailure(berta.conversations.invite(room, berta.id), 'forbidden');
    });

    it('opens an encrypted conversation with a person, the same one each time', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await anna.conversations.direct(carla.id);
      const hers = await until(anna.conversations.one(room), (one) => one?.sealed === true && one.person !== null);
      expect(hers).toMatchObject({
        kind: 'direct',
        membership: 'joined',
        door: 'invitation',
        person: { id: carla.id }
      });
      expect(hers?.name).toBe(carla.name);
      expect(await anna.conversations.direct(carla.id)).toBe(room);

      const invited = await until(carla.conversations.one(room), (one) => one?.membership === 'invited');
      expect(invited).toMatchObject({ kind: 'direct', person: { id: anna.id }, name: anna.name });
      await joinInvited(carla, room);
      expect(await carla.conversations.direct(anna.id)).toBe(room);
      const theirs = await until(carla.conversations.one(room), (one) => one?.kind === 'direct' && one.sealed);
      expect(theirs).toMatchObject({ name: anna.name, person: { id: anna.id } });
      expect(await anna.conversations.direct(carla.id)).toBe(room);
    });

    it('carries encrypted messages both ways', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await anna.conversations.direct(carla.id);
      await joinInvited(carla, room);
      await hasKeys(carla);
      await say(anna, room, 'only for you');
      await until(carla.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'only for you')));
      await say(carla, room, 'and for you');
      await until(anna.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'and for you')));
    });

    it('makes one conversation when it is asked twice at once', async () => {
      const carla = await newcomer(stage(), 'carla');
      const [one, two] = await Promise.all([anna.conversations.direct(carla.id), anna.conversations.direct(carla.id)]);
      expect(one).toBe(two);
    });

    it('goes into the conversation that the other person has opened', async () => {
      const carla = await newcomer(stage(), 'carla');
      const room = await anna.conversations.direct(carla.id);
      await until(carla.conversations.one(room), (one) => one?.membership === 'invited');
      expect(await carla.conversations.direct(anna.id)).toBe(room);
      await until(carla.conversations.one(room), (one) => one?.membership === 'joined' && one.kind === 'direct');
    });

    it('opens none with somebody who is not there', async () => {
      await expectFailure(anna.conversations.direct(nobody), 'not-found');
    });
  });
}
