import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/lib/matrix/ports.ts';
import {
  elsewhere,
  expectFailure,
  gathering,
  messages,
  newcomer,
  say,
  saying,
  texts,
  unique,
  type Stage
} from './stage.ts';
import { until, watch } from './until.ts';

/** Zones other than the stage's. Each gives a browser at a zone that takes people in that way. */
export type Doors = {
  readonly closed?: () => Promise<Matrix>;
  readonly byInvitation?: () => Promise<{ browser: Matrix; invitation: string }>;
  /** The token of a one-time link that has not been used. */
  readonly administrator?: () => Promise<{ browser: Matrix; token: string }>;
};

export function accountsContract(stage: () => Stage, doors: Doors): void {
  describe('accounts', () => {
    it('registers somebody, who is then signed in', async () => {
      const browser = await stage().browser();
      expect(browser.version.current).toBe('current');
      const list = watch(browser.accounts.list());
      await list.until((accounts) => accounts.length === 0);
      const name = unique('anna');
      const account = await browser.accounts.register({ name, password: 'long enough' });
      expect(account).toMatchObject({ id: `@${name}:${stage().zone}`, state: 'signed-in' });
      expect(account.device).not.toBe('');
      expect(await list.until((accounts) => accounts.length === 1)).toEqual([account]);
    });

    it('says how it takes people', async () => {
      const browser = await stage().browser();
      expect(await browser.accounts.registration()).toBe('open');
    });

    it('refuses a name that is taken, that is none, and a weak password', async () => {
      const { browser, name } = await newcomer(stage(), 'anna');
      const other = await stage().browser();
      await expectFailure(other.accounts.register({ name, password: 'long enough' }), 'name-taken');
      await expectFailure(other.accounts.register({ name: 'Anna & Co', password: 'long enough' }), 'name-invalid');
      await expectFailure(other.accounts.register({ name: unique('anna'), password: '1234567' }), 'password-weak');
      expect(await until(other.accounts.list(), () => true)).toEqual([]);
      expect((await until(browser.accounts.list(), (list) => list.length > 0)).length).toBe(1);
    });

    it('signs in by local part, by address and by user id', async () => {
      const { id, name, password, browser: first } = await newcomer(stage(), 'anna');
      await first.accounts.signOut(id);
      const browser = await stage().browser();
      for (const form of [name, `${name}@${stage().zone}`, id]) {
        const account = await browser.accounts.signIn({ name: form, password });
        expect(account).toMatchObject({ id, state: 'signed-in' });
        await browser.accounts.signOut(id);
      }
    });

    it('gives the same answer to a wrong password and to a name that nobody has', async () => {
      const { name } = await newcomer(stage(), 'anna');
      const browser = await stage().browser();
      await expectFailure(browser.accounts.signIn({ name, password: 'not the one' }), 'wrong-password');
      const nobody = { name: unique('nobody'), password: 'not the one' };
      await expectFailure(browser.accounts.signIn(nobody), 'wrong-password');
      expect(await until(browser.accounts.list(), () => true)).toEqual([]);
    });

    it('keeps several accounts in one browser apart, in the order of signing in', async () => {
      const browser = await stage().browser();
      const anna = await newcomer(stage(), 'anna', browser);
      const berta = await newcomer(stage(), 'berta', browser);
      const list = watch(browser.accounts.list());
      const both = await list.until((accounts) => accounts.length === 2);
      expect(both.map(({ id }) => id)).toEqual([anna.id, berta.id]);

      const room = await anna.conversations.create({ name: unique('Room '), door: 'invitation', sealed: false });
      await until(anna.conversations.one(room), (one) => one?.membership === 'joined');
      await until(berta.conversations.list({ start: 0, end: 20 }), ({ total }) => total === 1);
      expect(await until(berta.conversations.one(room), () => true)).toBeNull();

      await browser.accounts.signOut(anna.id);
      expect((await list.until((accounts) => accounts.length === 1))[0]?.id).toBe(berta.id);
      expect((await until(berta.people.me(), () => true)).id).toBe(berta.id);
    });

    it('has an account once, however often somebody signs in', async () => {
      const { browser, id, name, password } = await newcomer(stage(), 'anna');
      await browser.accounts.signIn({ name, password });
      const list = await until(browser.accounts.list(), (accounts) => accounts.length > 0);
      expect(list).toMatchObject([{ id, state: 'signed-in' }]);
    });

    it('signs out: the account is gone from this browser and begins anew', async () => {
      const anna = await newcomer(stage(), 'anna');
      const [before] = await until(anna.browser.accounts.list(), (list) => list.length === 1);
      await anna.recovery.setUp(anna.password);
      await anna.browser.accounts.signOut(anna.id);
      expect(await until(anna.browser.accounts.list(), (list) => list.length === 0)).toEqual([]);
      const { conversations, people } = anna.browser.account(anna.id);
      await expectFailure(people.search('anna'), 'signed-out');
      await expectFailure(conversations.create({ name: 'x', door: 'invitation', sealed: false }), 'signed-out');
      await expectFailure(anna.browser.accounts.signOut(anna.id), 'signed-out');

      const again = await anna.browser.accounts.signIn({ name: anna.name, password: anna.password });
      expect(again.device).not.toBe(before?.device);
      await until(anna.browser.account(anna.id).recovery.state(), ({ state }) => state === 'locked');
    });

    it('signing out of one browser leaves the other signed in', async () => {
      const anna = await newcomer(stage(), 'anna');
      const other = await elsewhere(stage(), anna);
      await anna.browser.accounts.signOut(anna.id);
      await until(other.link.state(), ({ state }) => state === 'online');
      expect((await other.browser.account(anna.id).people.search(anna.name)).length).toBe(0);
      expect(await until(other.browser.accounts.list(), () => true)).toMatchObject([
        { id: anna.id, state: 'signed-in' }
      ]);
    });

    it('keeps the account when the server ends its session, until the person signs in again', async () => {
      const anna = await newcomer(stage(), 'anna');
      const room = await anna.conversations.create({ name: unique('Room '), door: 'invitation', sealed: false });
      await until(anna.conversations.one(room), (one) => one?.membership === 'joined');
      await stage().revoke(anna);
      const list = watch(anna.browser.accounts.list());
      await list.until((accounts) => accounts[0]?.state === 'signed-out');
      await until(anna.link.state(), ({ state }) => state === 'signed-out');
      await expectFailure(anna.people.search('somebody'), 'signed-out');

      await anna.browser.accounts.signIn({ name: anna.name, password: anna.password });
      await list.until((accounts) => accounts.length === 1 && accounts[0]?.state === 'signed-in');
      const again = anna.browser.account(anna.id);
      await until(again.link.state(), ({ state }) => state === 'online');
      await until(again.conversations.one(room), (one) => one?.membership === 'joined');
    });

    it.each([false, true])('loses nothing that is written when the session ends (encrypted: %s)', async (sealed) => {
      const [anna, berta] = await Promise.all([newcomer(stage(), 'anna'), newcomer(stage(), 'berta')]);
      const room = await gathering({ sealed }, anna, berta);
      const restore = await stage().cut(anna.browser);
      await say(anna, room, 'before');
      await stage().revoke(anna);
      await restore();
      await until(anna.browser.accounts.list(), ([account]) => account?.state === 'signed-out');
      await say(anna, room, 'meanwhile');
      const rows = watch(anna.timelines.rows(room));
      await rows.until((timeline) => texts(timeline).length === 2);

      await anna.browser.accounts.signIn({ name: anna.name, password: anna.password });
      const arrived = await until(berta.timelines.rows(room), (timeline) => Boolean(saying(timeline, 'meanwhile')));
      expect(texts(arrived)).toEqual(['before', 'meanwhile']);
      // A page that has looked at it all the while goes on with it.
      await rows.until((timeline) => messages(timeline).filter(({ delivery }) => delivery === 'sent').length === 2);
    });

    it('says that the zone cannot be reached', async () => {
      const { name, password } = await newcomer(stage(), 'anna');
      const browser = await stage().browser();
      const restore = await stage().cut(browser);
      await expectFailure(browser.accounts.signIn({ name, password }), 'unreachable');
      await expectFailure(browser.accounts.register({ name: unique('anna'), password }), 'unreachable');
      await restore();
      expect(await browser.accounts.signIn({ name, password })).toMatchObject({ state: 'signed-in' });
    });

    const { closed, byInvitation, administrator } = doors;
    if (closed) {
      it('refuses everybody where registration is closed', async () => {
        const browser = await closed();
        expect(await browser.accounts.registration()).toBe('closed');
        const form = { name: unique('anna'), password: 'long enough' };
        await expectFailure(browser.accounts.register(form), 'registration-closed');
      });
    }

    if (byInvitation) {
      it('takes an invitation once where registration is by invitation', async () => {
        const { browser, invitation } = await byInvitation();
        expect(await browser.accounts.registration()).toBe('by-invitation');
        const form = () => ({ name: unique('anna'), password: 'long enough' });
        await expectFailure(browser.accounts.register(form()), 'invitation-invalid');
        await expectFailure(browser.accounts.register({ ...form(), invitation: 'made up' }), 'invitation-invalid');
        await browser.accounts.register({ ...form(), invitation });
        await expectFailure(browser.accounts.register({ ...form(), invitation }), 'invitation-invalid');
      });
    }

    if (administrator) {
      it('makes an administrator once', async () => {
        const { browser, token } = await administrator();
        const account = await browser.accounts.register({ name: unique('anna'), password: 'long enough' });
        await expectFailure(browser.accounts.becomeAdministrator(account.id, 'made up'), 'administrator-link-used');
        await browser.accounts.becomeAdministrator(account.id, token);
        await expectFailure(browser.accounts.becomeAdministrator(account.id, token), 'administrator-link-used');
      });
    }
  });
}
