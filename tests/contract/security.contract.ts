import { describe, expect, it } from 'vitest';
import { elsewhere, expectFailure, gathering, messages, newcomer, say, texts, unique, type Stage } from './stage.ts';
import { eventually, until, watch } from './until.ts';

/** What the person alone may see and change of her account, and how she leaves. */
export function securityContract(stage: () => Stage): void {
  describe('security', () => {
    it('shows where one is signed in, this one first, by names of one’s own', async () => {
      const anna = await newcomer(stage(), 'anna');
      const other = await elsewhere(stage(), anna);
      const devices = await eventually(
        () => anna.security.devices(),
        ({ length }) => length === 2
      );
      expect(devices.map(({ current }) => current)).toEqual([true, false]);
      const [mine] = devices;
      await anna.security.renameDevice(mine?.id ?? '', 'The kitchen');
      const hers = await other.security.devices();
      expect(hers.find(({ id }) => id === mine?.id)).toMatchObject({ name: 'The kitchen', current: false });
    });

    it('ends the session of another device, with the password alone', async () => {
      const anna = await newcomer(stage(), 'anna');
      const other = await elsewhere(stage(), anna);
      const account = watch(other.browser.accounts.list());
      const theirs = (await account.until(([one]) => one?.state === 'signed-in'))[0]?.device ?? '';
      await expectFailure(anna.security.endDevices([theirs], 'not it'), 'wrong-password');
      expect(await anna.security.devices()).toHaveLength(2);
      await anna.security.endDevices([theirs], anna.password);
      await account.until(([one]) => one?.state === 'signed-out');
      expect(await anna.security.devices()).toHaveLength(1);
    });

    it('changes the password, and leaves the other devices alone or not', async () => {
      const anna = await newcomer(stage(), 'anna');
      const other = await elsewhere(stage(), anna);
      const next = unique('another password ');
      const change = { password: anna.password, next, endOthers: false };
      await expectFailure(anna.security.changePassword({ ...change, password: 'not it' }), 'wrong-password');
      await expectFailure(anna.security.changePassword({ ...change, next: 'short' }), 'password-weak');
      await anna.security.changePassword(change);
      expect(await other.security.devices()).toHaveLength(2);
      const browser = await stage().browser();
      await expectFailure(browser.accounts.signIn({ name: anna.name, password: anna.password }), 'wrong-password');
      await browser.accounts.signIn({ name: anna.name, password: next });
      await anna.security.changePassword({ password: next, next: unique('a third one '), endOthers: true });
      await until(other.browser.accounts.list(), ([one]) => one?.state === 'signed-out');
      expect(await anna.security.devices()).toHaveLength(1);
    });

    it('ends an account for good: it leaves its rooms, and nobody gets in or has its name again', async () => {
      const [anna, berta] = [await newcomer(stage(), 'anna'), await newcomer(stage(), 'berta')];
      const room = await gathering({ sealed: false }, berta, anna);
      await say(anna, room, 'I was here');
      await until(berta.timelines.rows(room), (now) => texts(now).includes('I was here'));
      await expectFailure(anna.browser.accounts.erase(anna.id, 'not it'), 'wrong-password');
      await anna.browser.accounts.erase(anna.id, anna.password);
      await until(anna.browser.accounts.list(), ({ length }) => length === 0);
      await until(berta.people.members(room, { start: 0, end: 5 }), ({ total }) => total === 1);
      const browser = await stage().browser();
      // Some servers do not tell an account that has ended from one that never was.
      const refused: unknown = await browser.accounts
        .signIn({ name: anna.name, password: anna.password })
        .catch(({ reason }) => reason as unknown);
      expect(['deactivated', 'wrong-password']).toContain(refused);
      await expectFailure(browser.accounts.register({ name: anna.name, password: anna.password }), 'name-taken');
      // Who was there has read it, and keeps it.
      expect(messages(await until(berta.timelines.rows(room), () => true)).length).toBeGreaterThan(0);
    });
  });
}
