import { describe, expect, it, vi } from 'vitest';
import { createFake } from '$lib/matrix/fake';
import { examples } from '$lib/matrix/fake/examples';
import { looking } from '../../../tests/component/looking.svelte';
import type { AccountId } from '$lib/matrix/values';
import { lastHere, remember, stayAs } from './remembered';
import { Session } from './session.svelte';

const key = 'tertulia.account';

describe('a session', () => {
  it('loads the engine on the first connection, and once', async () => {
    const load = vi.fn(async () => createFake());
    const session = new Session(load);
    expect(load).not.toHaveBeenCalled();
    expect(session.standing).toEqual({ state: 'connecting' });
    const [one, other] = await Promise.all([session.connect(), session.connect()]);
    expect(one).toBe(other);
    expect(load).toHaveBeenCalledOnce();
  });

  it('says who is here, as people come and go', async () => {
    const browser = createFake();
    const session = new Session(async () => browser);
    const standing = looking(() => session.standing);
    await session.connect();
    await expect.poll(() => standing.now).toEqual({ state: 'nobody' });
    const account = await browser.accounts.register({ name: 'alba', password: 'a long password' });
    await expect.poll(() => standing.now).toEqual({ state: 'here', account });
    browser.revoke(account.id);
    await expect.poll(() => standing.now.state).toBe('ended');
    await browser.accounts.signOut(account.id);
    await expect.poll(() => standing.now).toEqual({ state: 'nobody' });
  });

  it('stays with the account that was chosen in this tab, over a reload, whatever else comes and goes', async () => {
    const { browser, account } = await examples.several();
    const session = new Session(async () => browser);
    const standing = looking(() => session.standing);
    const here = () => 'account' in standing.now && standing.now.account.id;
    await session.connect();
    await expect.poll(here).toBe(account);
    const other = browser.accounts.list().current?.[1]?.id;
    if (!other) throw new Error('one account alone');
    session.choose(other);
    await expect.poll(here).toBe(other);
    const reloaded = new Session(async () => browser);
    const after = looking(() => reloaded.standing);
    await reloaded.connect();
    await expect.poll(() => 'account' in after.now && after.now.account.id).toBe(other);
    await browser.accounts.signOut(other);
    await expect.poll(here).toBe(account);
    sessionStorage.clear();
  });

  it('says why the engine did not load, and tries again', async () => {
    const load = vi.fn(async () => createFake());
    load.mockRejectedValueOnce(new Error('no worker'));
    const session = new Session(load);
    const standing = looking(() => session.standing);
    await expect(session.connect()).rejects.toThrow('unexpected');
    await expect.poll(() => standing.now.state).toBe('failed');
    await session.connect();
    await expect.poll(() => standing.now.state).toBe('nobody');
  });
});

describe('the hint of who was here', () => {
  it('stands while somebody is, and goes with her', async () => {
    const { browser, account } = await examples.newcomer();
    const session = new Session(async () => browser);
    const standing = looking(() => session.standing);
    await session.connect();
    await expect.poll(() => standing.now.state).toBe('here');
    remember(standing.now);
    expect(localStorage.getItem(key)).toBe(account);
    remember({ state: 'connecting' });
    expect(localStorage.getItem(key)).toBe(account);
    remember({ state: 'nobody' });
    expect(localStorage.getItem(key)).toBeNull();
  });

  it('of one tab follows whoever it is for', () => {
    const account = (id: string) => ({ id: id as AccountId, device: 'D', state: 'signed-in' }) as const;
    stayAs('@gone:zone.test' as AccountId);
    remember({ state: 'here', account: account('@other:zone.test') });
    expect(lastHere()).toBe('@other:zone.test');
    remember({ state: 'nobody' });
    expect([lastHere(), sessionStorage.getItem(key)]).toEqual([null, null]);
  });
});
