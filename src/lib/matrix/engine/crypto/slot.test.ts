import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import type { Stir } from '../../channel.ts';
import { Listeners } from '../listeners.ts';
import { AccountStore, Names } from '../store/database.ts';
import { AccountData } from '../sync/account-data.ts';
import { me } from '../testing/examples.ts';
import { ScriptedServer } from '../testing/scripted-server.ts';
import { CryptoSlot } from './slot.ts';

async function slot(name: string) {
  const zone = new ScriptedServer();
  const store = await AccountStore.open(new Names(name), me);
  const calls = {
    stirs: new Listeners<(why: Stir) => void>(),
    onReady: vi.fn(),
    onSynced: vi.fn(),
    onSignedOut: vi.fn(),
    onKeysLost: vi.fn()
  };
  const credentials = { id: me, token: 't', device: 'd', since: 0, expired: false };
  const accountData = new AccountData(zone.server, me, []);
  return {
    zone,
    ...calls,
    slot: new CryptoSlot({ server: zone.server, store, accountData, credentials, keys: null, ...calls })
  };
}

it('of an account that has ended before boots nothing, and says so to who waits', async () => {
  const { slot: empty, zone, onReady } = await slot('slot-ended');
  await empty.run(AbortSignal.abort());
  await expect(empty.ready).rejects.toMatchObject({ reason: 'signed-out' });
  expect([empty.current, zone.log, onReady.mock.calls]).toEqual([undefined, [], []]);
});

it('that cannot boot rejects, and does not bring the rest down', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue(undefined);
  const { Crypto } = await import('./crypto.ts');
  vi.spyOn(Crypto, 'boot').mockRejectedValueOnce(new Error('no WebAssembly here'));
  const { slot: broken, onReady } = await slot('slot-broken');
  await broken.run(new AbortController().signal);
  await expect(broken.ready).rejects.toMatchObject({ reason: 'encryption-not-ready' });
  expect([broken.current, onReady.mock.calls]).toEqual([undefined, []]);
  expect(error).toHaveBeenCalledOnce();
});
