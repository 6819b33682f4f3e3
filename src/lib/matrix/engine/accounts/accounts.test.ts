import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Failure } from '../../failure.ts';
import type { AccountId } from '../../values.ts';
import { AccountsStore } from '../store/accounts-store.ts';
import { Names } from '../store/database.ts';
import { anna, berta } from '../testing/examples.ts';
import { ScriptedServer, type Asked } from '../testing/scripted-server.ts';
import { Accounts, type Engines } from './accounts.ts';

const login = /\/v3\/login$/;

let names = 0;
let name: string;
beforeEach(() => {
  name = `accounts-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});

/** A browser and what it did with its engines, in order. */
async function start() {
  const zone = new ScriptedServer();
  const store = new AccountsStore(new Names(name));
  onTestFinished(() => store.close());
  const done: string[] = [];
  const engines: Engines = {
    keepsKeys: true,
    start: ({ id, token }) => void done.push(`start ${id} ${token}`),
    putAway: async () => 0,
    stop: async (id) => void done.push(`stop ${id}`),
    wipe: async (id) => void done.push(`wipe ${id}`),
    wipeDevice: async (id) => void done.push(`wipe device of ${id}`)
  };
  let logins = 0;
  zone.on('POST', login, ({ body }) => {
    const { user } = body.identifier as { user: string };
    const id = user.startsWith('@') ? user : `@${user}:zone.test`;
    return { user_id: id, access_token: `token${++logins}`, device_id: `device${logins}` };
  });
  zone.on('POST', /\/logout$/, () => ({}));
  const accounts = new Accounts(zone.server, store, engines, 'Chrome, Linux');
  await accounts.load();
  const signIn = (name: string) => accounts.signIn({ name, password: 'p' });
  const listed = () => accounts.list().current?.map(({ id, state }) => [id, state]);
  return { zone, store, accounts, engines, done, signIn, listed };
}
const asked = (one: Asked | undefined) => (one?.body.identifier as { user: string } | undefined)?.user;

describe('signing in', () => {
  it.each([
    ['anna', 'anna'],
    [' Anna ', 'anna'],
    ['@anna', 'anna'],
    ['anna@zone.test', '@anna:zone.test'],
    ['@anna:zone.test', '@anna:zone.test'],
    [' @anna:zone.test ', '@anna:zone.test']
  ])('by what a person types: %j', async (typed, user) => {
    const { signIn, zone } = await start();
    await signIn(typed);
    expect(asked(zone.log[0])).toBe(user);
    expect(zone.log[0]?.body).toMatchObject({ type: 'm.login.password', initial_device_display_name: 'Chrome, Linux' });
  });

  it.each([
    [403, 'M_FORBIDDEN', 'wrong-password'],
    [403, 'M_USER_DEACTIVATED', 'deactivated'],
    [502, 'M_UNKNOWN', 'unreachable']
  ])('is refused: %s %s', async (status, code, reason) => {
    const { signIn, zone, done, listed } = await start();
    zone.on('POST', login, (asked) => asked.refuse(status, code));
    await expect(signIn('anna')).rejects.toMatchObject({ reason });
    expect([done, listed()]).toEqual([[], []]);
  });

  it('too often says when to come back', async () => {
    const { signIn, zone } = await start();
    zone.on('POST', login, (asked) => asked.refuse(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 2000 }));
    await expect(signIn('anna')).rejects.toMatchObject({ reason: 'too-many-attempts', retryAfter: 2000 });
  });

  it('keeps the order, also over a reload, and starts each', async () => {
    const first = await start();
    vi.spyOn(Date, 'now').mockReturnValueOnce(1).mockReturnValueOnce(2);
    await first.signIn('@berta:far.test');
    await first.signIn('anna');
    const { listed, done } = await start();
    expect(listed()).toEqual([
      [berta, 'signed-in'],
      [anna, 'signed-in']
    ]);
    expect(done).toEqual([`start ${berta} token1`, `start ${anna} token2`]);
  });

  it('again after the device is gone wipes what belonged to it, and nothing else', async () => {
    const { accounts, signIn, done, listed, store, zone } = await start();
    await signIn('anna');
    await accounts.expire(anna, 'device');
    await signIn('anna');
    expect(zone.log.at(-1)?.body).not.toHaveProperty('device_id');
    expect(done).toEqual([`start ${anna} token1`, `stop ${anna}`, `wipe device of ${anna}`, `start ${anna} token2`]);
    expect([listed(), await store.all()]).toMatchObject([[[anna, 'signed-in']], [{ token: 'token2' }]]);
  });

  it.each([
    ['the session alone has ended', (accounts: Accounts) => accounts.expire(anna, 'session')],
    ['she is still signed in', async () => undefined]
  ])('again where %s goes on with the same device, and wipes nothing', async (_why, happen) => {
    for (const typed of ['anna', 'anna@zone.test', '@anna:zone.test']) {
      const { accounts, signIn, zone, done } = await start();
      zone.on('POST', login, ({ body }) => ({
        user_id: anna,
        access_token: 't',
        device_id: body.device_id ?? `device of ${typed}`
      }));
      const { device } = await signIn('anna');
      await happen(accounts);
      expect((await signIn(typed)).device).toBe(device);
      expect(done.filter((one) => one.startsWith('wipe'))).toEqual([]);
      await accounts.signOut(anna);
    }
  });

  it('where the keys of the device are gone takes another, keeps what she wrote, and ends the one before', async () => {
    const { accounts, signIn, zone, done } = await start();
    await signIn('anna');
    await accounts.loseKeys(anna);
    await signIn('anna');
    expect(zone.asked('POST', login)[1]?.body).not.toHaveProperty('device_id');
    expect(done.filter((one) => one.startsWith('wipe'))).toEqual([`wipe device of ${anna}`]);
    const left = zone.asked('POST', /\/logout$/).map(({ headers }) => headers.get('authorization'));
    expect(left).toEqual(['Bearer token1']);
  });

  it('as somebody else says nothing of the devices here', async () => {
    const { signIn, zone } = await start();
    await signIn('anna');
    await signIn('@berta:far.test');
    expect(zone.log.at(-1)?.body).not.toHaveProperty('device_id');
  });
});

describe('signing out', () => {
  it('ends the engine, tells the server, wipes, and only then forgets', async () => {
    const { signIn, accounts, done, zone, store, listed, engines } = await start();
    await signIn('anna');
    vi.spyOn(engines, 'wipe').mockImplementationOnce(async () => {
      // Cut off here, the account is still there to be signed out again.
      expect(await store.all()).toHaveLength(1);
      done.push('wiped');
    });
    await accounts.signOut(anna);
    expect(done.slice(1)).toEqual([`stop ${anna}`, 'wiped']);
    expect(zone.log.at(-1)?.headers.get('authorization')).toBe('Bearer token1');
    expect([listed(), await store.all()]).toEqual([[], []]);
  });

  it('does not where keys are not in the backup yet, unless she goes anyway or nothing could be put there', async () => {
    const { signIn, accounts, engines, done, listed } = await start();
    await signIn('anna');
    const putAway = vi.spyOn(engines, 'putAway').mockResolvedValue(3);
    await expect(accounts.signOut(anna)).rejects.toMatchObject({ reason: 'keys-unsaved' });
    expect([done, listed()]).toEqual([[`start ${anna} token1`], [[anna, 'signed-in']]]);
    await accounts.signOut(anna, { anyway: true });
    expect(listed()).toEqual([]);
    await signIn('anna');
    await accounts.expire(anna, 'device');
    await accounts.signOut(anna);
    expect([listed(), putAway.mock.calls.length]).toEqual([[], 1]);
  });

  it('wipes also while the zone is away', async () => {
    const { signIn, accounts, done, zone, listed } = await start();
    await signIn('anna');
    zone.on('POST', /\/logout$/, (asked) => asked.lose());
    await accounts.signOut(anna);
    expect([done.at(-1), listed()]).toEqual([`wipe ${anna}`, []]);
  });

  it('that could not wipe is not taken for done', async () => {
    const { signIn, accounts, engines, listed } = await start();
    await signIn('anna');
    vi.spyOn(engines, 'wipe').mockRejectedValueOnce(new Failure('storage'));
    await expect(accounts.signOut(anna)).rejects.toMatchObject({ reason: 'storage' });
    expect(listed()).toEqual([[anna, 'signed-in']]);
    await accounts.signOut(anna);
    expect(listed()).toEqual([]);
  });

  it('of nobody fails', async () => {
    const { accounts } = await start();
    await expect(accounts.signOut('@x:y' as AccountId)).rejects.toMatchObject({ reason: 'signed-out' });
  });
});

describe('a token that is refused', () => {
  it('leaves the account, shown as signed out, over a reload too, until she signs in again', async () => {
    const first = await start();
    await first.signIn('anna');
    await first.accounts.expire(anna, 'session');
    expect(first.listed()).toEqual([[anna, 'signed-out']]);
    expect(first.done).toEqual([`start ${anna} token1`]);
    const { listed, signIn } = await start();
    expect(listed()).toEqual([[anna, 'signed-out']]);
    await signIn('anna');
    expect(listed()).toEqual([[anna, 'signed-in']]);
  });

  it('of an account that has just been signed out brings nothing back', async () => {
    const { signIn, accounts, store, listed } = await start();
    await signIn('anna');
    await accounts.signOut(anna);
    await accounts.expire(anna, 'session');
    expect([listed(), await store.all()]).toEqual([[], []]);
  });
});

describe('the administrator’s link', () => {
  const at = /\/_tertulia\/administrator$/;

  it('is spent by the account that it is given to', async () => {
    const { signIn, accounts, zone } = await start();
    await signIn('anna');
    zone.on('POST', at, () => ({}));
    await accounts.becomeAdministrator(anna, 'once');
    expect([zone.log.at(-1)?.body, zone.log.at(-1)?.headers.get('authorization')]).toEqual([
      { token: 'once' },
      'Bearer token1'
    ]);
  });

  it.each([
    [403, 'TERTULIA_LINK_USED', 'administrator-link-used'],
    [403, 'M_FORBIDDEN', 'administrator-link-used'],
    [404, 'M_NOT_FOUND', 'administrator-link-used'],
    [401, 'M_UNKNOWN_TOKEN', 'signed-out'],
    [502, 'M_UNKNOWN', 'unreachable']
  ])('is refused: %s %s', async (status, code, reason) => {
    const { signIn, accounts, zone } = await start();
    await signIn('anna');
    zone.on('POST', at, (asked) => asked.refuse(status, code));
    await expect(accounts.becomeAdministrator(anna, 'once')).rejects.toMatchObject({ reason });
  });
});

it('says nothing of tokens to the page', async () => {
  const { signIn, accounts } = await start();
  const account = await signIn('anna');
  expect(JSON.stringify([account, accounts.list().current])).not.toContain('token');
});
