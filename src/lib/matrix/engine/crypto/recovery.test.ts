import { expect, it } from 'vitest';
import type { AccountId } from '../../values.ts';
import type { Credentials } from '../store/database.ts';
import type { AccountData } from '../sync/account-data.ts';
import { Recovery } from './recovery.ts';
import type { CryptoSlot } from './slot.ts';

it('has not started before the zone was offered the keys of this device, by which others write to it', async () => {
  const { promise: introduced, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const introduce = () => (asked++, introduced);
  const slot = { ready: Promise.resolve({ backend: {}, introduce }) } as unknown as CryptoSlot;
  const data = { onChange: () => () => undefined, get: () => undefined } as unknown as AccountData;
  const credentials = { id: '@anna:zone.test' as AccountId, device: 'D' } as Credentials;
  const recovery = new Recovery(slot, data, credentials, new AbortController().signal);
  const looking = recovery.look();
  await expect.poll(() => asked).toBe(1);
  expect(recovery.state().current).toEqual({ state: 'starting' });
  resolve();
  await looking;
  expect(recovery.state().current).toEqual({ state: 'missing' });
  await recovery.look();
  expect(asked).toBe(1);
});
