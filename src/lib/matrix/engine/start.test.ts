import 'fake-indexeddb/auto';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { RoomId } from '../values.ts';
import { startAccount } from './account.ts';
import { CacheDatabase } from './store/cache-database.ts';
import { AccountStore, Names } from './store/database.ts';
import { lookingTime } from './sync/list-loop.ts';
import { fold } from './sync/record.ts';
import { Records } from './sync/records.ts';
import { event, me, member, update } from './testing/examples.ts';
import { ScriptedServer, settled } from './testing/scripted-server.ts';
import { answer, plain, sync } from './testing/sync-session.ts';

const idOf = (at: number) => `!${String(at).padStart(4, '0')}` as RoomId;

/** What an earlier session kept of so many conversations. */
async function keep(names: Names, count: number): Promise<void> {
  const store = await AccountStore.open(names, me);
  const records = new Records([]);
  records.apply(
    Array.from({ length: count }, (_, at) => ({
      ...fold(undefined, idOf(at), update({ required_state: [member(me, 'join')], timeline: [event(`$${at}`)] }), me),
      bump: count - at
    }))
  );
  await store.commit({ ...records.takeChanges(), positions: { list: '7' } });
  await store.close();
}

/** How much is read before the list is there, and how much before one of its conversations can be written to. */
async function start(count: number, held: Promise<void> = Promise.resolve()) {
  const names = new Names(`start-${count}`);
  await keep(names, count);
  const zone = new ScriptedServer();
  const begun = vi.spyOn(CacheDatabase.prototype, 'start');
  const records = vi.spyOn(CacheDatabase.prototype, 'records');
  const { briefs } = CacheDatabase.prototype;
  vi.spyOn(CacheDatabase.prototype, 'briefs').mockImplementation(async function (this: CacheDatabase, ...args) {
    await held;
    return briefs.apply(this, args);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const credentials = { id: me, token: 't', device: 'd', since: 0, expired: false };
  const options = { names, persistKeys: false, onExpired: () => undefined, onKeysLost: () => undefined };
  const account = await startAccount(zone.server, credentials, options);
  onTestFinished(() => account.stop());
  const slice = account.conversations.list({ start: 0, end: 40 }).current;
  const one = account.conversations.one(idOf(20)).current;
  const shown = { total: slice?.total, rows: slice?.rows.map(({ id }) => id), one: one?.id };
  const told = await Promise.all(begun.mock.results.map(({ value }) => value as ReturnType<CacheDatabase['start']>));
  const read = { started: told.map(({ rooms }) => rooms.length), others: records.mock.calls.length };
  return { account, zone, shown, read };
}

it('reads as much for thousands of conversations as for few before the list is there and one can be opened', async () => {
  const first = Array.from({ length: 40 }, (_, at) => idOf(at));
  const few = await start(50);
  expect(few.shown).toEqual({ total: 50, rows: first, one: idOf(20) });
  vi.restoreAllMocks();
  const many = await start(2_500);
  expect(many.shown).toEqual({ total: 2_500, rows: first, one: idOf(20) });
  expect(many.read).toEqual(few.read);
  expect(many.read).toEqual({ started: [40], others: 0 });
});

it('asks the server before the others are known, and takes its answer in when they are', async () => {
  const held = Promise.withResolvers<void>();
  const { account, zone } = await start(2_400, held.promise);
  const asked = await zone.next('POST', sync);
  expect(asked.query.get('pos')).toBe('7');
  asked.reply(answer('8', { [idOf(2_399)]: plain([event('$new')], { bump_stamp: 9_999 }) }));
  await settled();
  const top = () => account.conversations.list({ start: 0, end: 1 }).current;
  expect([top()?.rows[0]?.id, zone.asked('POST', sync).length]).toEqual([idOf(0), 1]);
  held.resolve();
  expect((await zone.next('POST', sync)).query.get('pos')).toBe('8');
  expect(top()).toMatchObject({ total: 2_400, rows: [{ id: idOf(2_399), last: { body: { text: '$new' } } }] });
});

it('leaves the machine to who opens the app: the other conversations are read after that', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { account, read } = await start(60);
  const beyond = () => account.conversations.one(idOf(59)).current?.id;
  expect([read.started, beyond()]).toEqual([[40], undefined]);
  await vi.advanceTimersByTimeAsync(lookingTime - 1);
  expect(beyond()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  vi.useRealTimers();
  await vi.waitFor(() => expect(beyond()).toBe(idOf(59)));
});

it('starts also where the messages on their way cannot be read, and says that nothing is kept', async () => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  const reading = vi.spyOn(IDBIndex.prototype, 'getAll').mockImplementation(function (this: IDBIndex) {
    if (this.objectStore.name === 'outbox') throw new DOMException('broken', 'UnknownError');
    return IDBObjectStore.prototype.getAll.call(this.objectStore);
  });
  const { account, shown } = await start(20);
  reading.mockRestore();
  expect([shown.total, account.link.keeping().current]).toEqual([20, 'memory']);
});
