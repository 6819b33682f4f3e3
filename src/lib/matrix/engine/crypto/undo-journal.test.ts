import 'fake-indexeddb/auto';
import * as v from 'valibot';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type { RoomId, UserId } from '../../values.ts';
import { AccountData } from '../sync/account-data.ts';
import { response } from '../sync/wire.ts';
import { anna, event, me, megolm, member, state } from '../testing/examples.ts';
import { KeyServer } from '../testing/key-server.ts';
import { settled } from '../testing/scripted-server.ts';
import { Crypto } from './crypto.ts';
import { UndoJournal, type Before } from './undo-journal.ts';

const room = '!room' as RoomId;
const text = { msgtype: 'm.text', body: 'a secret' };

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});

/** The SDK's real crypto. `taking`: started again after an end in the middle. */
async function device(keys: KeyServer, user: UserId, prefix: string | null, taking?: readonly Before[]) {
  const zone = keys.as(user, `${user}-device`);
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const credentials = { id: user, token: 't', device: `${user}-device`, since: 0, expired: false };
  const accountData = new AccountData(zone.server, user, []);
  const crypto = await Crypto.boot(zone.server, credentials, accountData, { keys: prefix, taking, life: life.signal });
  if (taking) return { crypto, life };
  await crypto.feed({});
  await vi.waitFor(() => expect(zone.asked('POST', /keys\/upload$/).length).toBeGreaterThan(0), { timeout: 5_000 });
  await settled();
  return { crypto, life };
}

const wire = (events: unknown[]) =>
  v.parse(response, { pos: '1', extensions: { to_device: { next_batch: 'b', events } } }).extensions;

/** After so many writes to a database of keys nothing is written any more, as when its process is killed. */
function dieAfter(writes: number): { readonly died: boolean } {
  const begin = IDBDatabase.prototype.transaction;
  let died = false;
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    const transaction = begin.apply(this, args);
    if (transaction.mode === 'readwrite' && writes-- <= 0) {
      died = true;
      transaction.abort();
    }
    return transaction;
  });
  onTestFinished(() => spy.mockRestore());
  return {
    get died() {
      spy.mockRestore();
      return died;
    }
  };
}

it('a device killed anywhere in the taking in of its first messages reads what they bring, given them again', async () => {
  let ends = 0;
  for (let writes = 0, died = true; died; writes++) {
    const prefix = `killed-${writes}`;
    const keys = new KeyServer();
    keys.state = [state('$e', 'm.room.encryption', megolm), member(me, 'join'), member(anna, 'join')];
    const [mine, hers] = [await device(keys, me, null), await device(keys, anna, prefix)];
    const sealed = await mine.crypto.seal(room, 'm.room.message', text, { encryption: megolm, fresh: false });
    const batch = wire(keys.inbox(anna));
    const before = await hers.crypto.before(batch);
    if (!before) throw new Error('no session begins here');
    const end = dieAfter(writes);
    await hers.crypto.feed(batch).catch(() => undefined);
    await settled();
    died = end.died;
    if (died) ends++;
    hers.life.abort();
    const again = await device(keys, anna, prefix, before);
    await again.crypto.feed(batch);
    const raw = event('$1', { type: 'm.room.encrypted', sender: me, content: sealed.content });
    expect(await again.crypto.open(room, raw, () => undefined), `after ${writes} writes`).toMatchObject({
      content: text
    });
    mine.life.abort();
    again.life.abort();
  }
  expect(ends).toBeGreaterThanOrEqual(4);
}, 60_000);

it('a database that is not there is neither read nor made', async () => {
  const journal = new UndoJournal('nobody');
  await journal.undo([{ sender: 'curve', sessions: [], hashes: 0 }]);
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('nobody::matrix-sdk-crypto');
});
