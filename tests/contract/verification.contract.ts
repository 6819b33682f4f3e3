import { describe, expect, it } from 'vitest';
import type { Verification } from '../../src/lib/matrix/values.ts';
import {
  elsewhere,
  expectFailure,
  gathering,
  hasKeys,
  newcomer,
  say,
  saying,
  type Actor,
  type Stage
} from './stage.ts';
import { eventually, until, watch } from './until.ts';

/** How a device of one's own proves to be that. */
export function verificationContract(stage: () => Stage): void {
  describe('verification of one’s own devices', () => {
    const stateOf = (person: Actor) => watch(person.verification.state());
    const is =
      <Name extends Verification['state']>(name: Name) =>
      (value: Verification | null): value is Extract<Verification, { state: Name }> =>
        value?.state === name;

    /** Somebody with recovery, and another browser of hers that is not let in. */
    async function two() {
      const anna = await newcomer(stage(), 'anna');
      const { key } = await anna.recovery.setUp(anna.password);
      const second = await elsewhere(stage(), anna);
      await until(second.recovery.state(), ({ state }) => state === 'locked');
      return { anna, second, key, here: stateOf(anna), there: stateOf(second) };
    }

    it('lets a device in without the recovery key, with the history, when both show the same signs', async () => {
      const { anna, second, key, here, there } = await two();
      await second.recovery.restore(key);
      const berta = await newcomer(stage(), 'berta');
      const room = await gathering({ sealed: true }, anna, berta);
      await say(anna, room, 'before you came');
      await until(anna.timelines.rows(room), (rows) => saying(rows, 'before you came')?.delivery === 'sent');
      await until(anna.recovery.state(), (state) => state.state === 'ready' && state.left === 0);
      const late = await elsewhere(stage(), anna);
      await until(late.recovery.state(), ({ state }) => state === 'locked');
      const its = stateOf(late);

      await late.verification.begin();
      await its.until(is('waiting'));
      const [device] = (await anna.security.devices()).filter(
        ({ verified, current }) => !current && verified === false
      );
      expect(device).toBeDefined();
      const asked = (await here.until(is('asked'))) as Extract<Verification, { state: 'asked' }>;
      const own = (await late.security.devices()).find(({ current }) => current)?.id;
      expect(asked.device).toBe(own);
      await there.until(is('asked'));
      await anna.verification.accept();
      // Who else was asked need not be any more.
      await there.until((value) => value === null);
      const [mine, hers] = [await here.until(is('comparing')), await its.until(is('comparing'))];
      expect(mine).toEqual(hers);
      expect(is('comparing')(mine) && mine.signs).toHaveLength(7);
      await late.verification.confirm();
      await its.until(is('confirming'));
      await anna.verification.confirm();
      await Promise.all([here.until(is('done')), its.until(is('done'))]);
      await until(late.recovery.state(), ({ state }) => state === 'ready');
      await until(late.timelines.rows(room), (rows) => saying(rows, 'before you came') !== undefined);
      await anna.verification.dismiss();
      await here.until((value) => value === null);
      const devices = await eventually(
        () => anna.security.devices(),
        (all) => all.filter(({ verified }) => verified).length === 3
      );
      expect(devices.map(({ verified }) => verified)).toEqual([true, true, true]);
    }, 90_000);

    it('is declined, and the other is told', async () => {
      const { anna, second, here, there } = await two();
      await second.verification.begin();
      await here.until(is('asked'));
      await anna.verification.cancel('declined');
      await here.until((value) => value === null);
      expect(await there.until(is('ended'))).toEqual({ person: null, state: 'ended', why: 'declined' });
      await second.verification.dismiss();
      await there.until((value) => value === null);
      expect(await until(second.recovery.state(), () => true)).toEqual({ state: 'locked' });
    }, 60_000);

    it('ends on both where the signs are not the same, and lets nobody in; then it is asked for from the other side', async () => {
      const { anna, second, here, there } = await two();
      await second.verification.begin();
      await here.until(is('asked'));
      await anna.verification.accept();
      await Promise.all([here.until(is('comparing')), there.until(is('comparing'))]);
      await second.verification.cancel('different');
      for (const state of [here, there])
        expect(await state.until(is('ended'))).toEqual({ person: null, state: 'ended', why: 'different' });
      expect(await until(second.recovery.state(), () => true)).toEqual({ state: 'locked' });

      const other = (await second.security.devices()).find(({ current }) => current)?.id;
      await anna.verification.begin(other);
      await there.until(is('asked'));
      await second.verification.accept();
      await Promise.all([here.until(is('comparing')), there.until(is('comparing'))]);
      await Promise.all([anna.verification.confirm(), second.verification.confirm()]);
      await Promise.all([here.until(is('done')), there.until(is('done'))]);
      await until(second.recovery.state(), ({ state }) => state === 'ready');
    }, 90_000);

    it('tells that two people are who they are, when both see the same signs, and goes by their messages', async () => {
      const [anna, berta] = [await newcomer(stage(), 'anna'), await newcomer(stage(), 'berta')];
      await hasKeys(anna);
      const room = await gathering({ sealed: true }, anna, berta);
      const trusted = watch(anna.verification.trust(berta.id));
      await trusted.until((trust) => trust === 'none');
      await expectFailure(anna.verification.beginWith(berta.id, room), 'not-found');
      await anna.recovery.setUp(anna.password);
      await berta.recovery.setUp(berta.password);
      const before = watch(berta.timelines.rows(room));
      const [here, there] = [stateOf(anna), stateOf(berta)];
      await anna.verification.beginWith(berta.id, room);
      await here.until(is('waiting'));
      await trusted.until((trust) => trust === 'unverified');
      const asked = await there.until(is('asked'));
      expect(asked?.person).toEqual({ id: anna.id, name: anna.name });
      await berta.verification.accept();
      const signs = [await here.until(is('comparing')), await there.until(is('comparing'))];
      expect(is('comparing')(signs[0] ?? null) && signs[0]).toMatchObject({ person: { id: berta.id } });
      await anna.verification.confirm();
      await berta.verification.confirm();
      await Promise.all([here.until(is('done')), there.until(is('done'))]);
      await trusted.until((trust) => trust === 'verified');
      await until(berta.verification.trust(anna.id), (trust) => trust === 'verified');
      // None of it is something that anybody has said.
      await say(anna, room, 'done');
      const rows = await before.until((now) => saying(now, 'done') !== undefined);
      expect(rows.rows.filter(({ kind }) => kind === 'message')).toHaveLength(1);
    }, 90_000);

    it('leaves a doubt about what a device says that has not proved to be its sender’s', async () => {
      const { anna, second } = await two();
      const berta = await newcomer(stage(), 'berta');
      const room = await gathering({ sealed: true }, anna, berta);
      await until(second.conversations.one(room), (one) => one?.membership === 'joined');
      // Whoever writes knows the devices of the others.
      await say(berta, room, 'who is it?');
      await until(anna.timelines.rows(room), (now) => saying(now, 'who is it?') !== undefined);
      await say(anna, room, 'surely me');
      await say(second, room, 'perhaps me');
      const doubtOf = (row: ReturnType<typeof saying>) => row?.doubt;
      const rows = await until(berta.timelines.rows(room), (now) =>
        ['surely me', 'perhaps me'].every((text) => saying(now, text))
      );
      expect(['surely me', 'perhaps me'].map((text) => doubtOf(saying(rows, text)))).toEqual([null, 'device']);
    }, 60_000);

    it('has nobody to ask where there is one device, or nothing to prove it by', async () => {
      const carla = await newcomer(stage(), 'carla');
      await hasKeys(carla);
      await expectFailure(carla.verification.begin(), 'not-found');
      await expectFailure(carla.verification.accept(), 'not-found');
      await expectFailure(carla.verification.confirm(), 'not-found');
      await expectFailure(carla.verification.cancel('different'), 'not-found');
      await carla.verification.dismiss();
      expect(await until(carla.verification.state(), () => true)).toBeNull();
      expect(await carla.security.devices()).toMatchObject([{ verified: null }]);
    });
  });
}
