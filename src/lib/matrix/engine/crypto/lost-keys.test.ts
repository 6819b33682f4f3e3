import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { expect, it, onTestFinished, vi } from 'vitest';
import { AccountData } from '../sync/account-data.ts';
import { me } from '../testing/examples.ts';
import { KeyServer } from '../testing/key-server.ts';
import { ScriptedServer } from '../testing/scripted-server.ts';
import { Crypto } from './crypto.ts';
import { hasLostKeys } from './lost-keys.ts';

let names = 0;

/** Whether they are lost, where the server has keys of these devices. */
async function lost(prefix: string, devices: readonly string[]): Promise<boolean> {
  const zone = new ScriptedServer();
  const keys = Object.fromEntries(devices.map((id) => [id, {}]));
  zone.on('POST', /keys\/query$/, () => ({ device_keys: { [me]: keys } }));
  return hasLostKeys(zone.server, { id: me, device: 'D' }, prefix);
}

/** The SDK's database as far as one came in making it. */
async function database(...stores: string[]): Promise<string> {
  const prefix = `lost-keys-${names++}`;
  const made = await openDB(`${prefix}::matrix-sdk-crypto`, 1, {
    upgrade: (making) => stores.forEach((store) => making.createObjectStore(store))
  });
  if (stores.includes('core')) await made.put('core', 'keys', 'account');
  made.close();
  return prefix;
}

it('are lost where the server has those of this device, and the browser none', async () => {
  expect(await lost('nothing-here', ['D'])).toBe(true);
  expect(await lost('nothing-here', ['E'])).toBe(false);
});

it('are not while the browser has them, whatever the server says', async () => {
  expect(await lost(await database('core'), ['D'])).toBe(false);
});

it('were never made where the first start was cut short, and the next makes them', async () => {
  expect(await lost(await database(), ['D'])).toBe(true);
  const keys = await database();
  expect(await lost(keys, [])).toBe(false);
  const zone = new KeyServer().as(me, 'D');
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const credentials = { id: me, token: 't', device: 'D', since: 0, expired: false };
  const crypto = await Crypto.boot(zone.server, credentials, new AccountData(zone.server, me, []), {
    keys,
    life: life.signal
  });
  await crypto.feed({});
  await vi.waitFor(() => expect(zone.asked('POST', /keys\/upload$/)).not.toHaveLength(0), { timeout: 5_000 });
  expect(await lost(keys, ['D'])).toBe(false);
});
