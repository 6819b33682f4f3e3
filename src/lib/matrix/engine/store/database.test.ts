import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { EventId, RoomId, TransactionId } from '../../values.ts';
import { fold } from '../sync/record.ts';
import { event, me, megolm, member, otherRoom, room, state, update } from '../testing/examples.ts';
import { kept } from '../testing/sync-session.ts';
import { AccountStore, Names, wipe, type OutboxItem } from './database.ts';

let count = 0;
let names: Names;
beforeEach(() => {
  names = new Names(`store-${count++}`);
});

async function open() {
  const store = await AccountStore.open(names, me);
  onTestFinished(() => store.close());
  return store;
}
const record = (id: RoomId, ...more: ReturnType<typeof state>[]) =>
  fold(undefined, id, update({ required_state: [member(me, 'join'), ...more], timeline: [event('$1')] }), me);
const item = (name: string, order: number): OutboxItem => ({
  transaction: name as TransactionId,
  room,
  order,
  at: 1,
  type: 'm.room.message',
  content: { body: name },
  failed: null
});

/** What the first version kept, all in one database. */
async function firstVersion() {
  const database = await openDB(names.account(me), 1, {
    upgrade: (database) => {
      database.createObjectStore('rooms', { keyPath: 'id' });
      database.createObjectStore('accountData', { keyPath: 'type' });
      database.createObjectStore('positions');
      database.createObjectStore('outbox', { keyPath: 'transaction' }).createIndex('order', 'order');
    }
  });
  await database.put('rooms', record(room, state('$e', 'm.room.encryption', megolm)));
  await database.put('rooms', record(otherRoom));
  await database.put('positions', '7', 'list');
  await database.put('outbox', item('second', 2));
  await database.put('outbox', item('first', 1));
  database.close();
}

it('of the first version keeps the messages on their way, and begins anew with what the server tells', async () => {
  await firstVersion();
  const store = await open();
  expect((await store.outbox()).map(({ transaction }) => transaction)).toEqual(['first', 'second']);
  expect([await kept(store), store.start.accountData, await store.positions()]).toEqual([[], [], {}]);
  expect([...(await openDB(names.account(me))).objectStoreNames]).toEqual([
    'drafts',
    'encrypted',
    'files',
    'links',
    'outbox'
  ]);
});

it('of the first version remembers which conversations are encrypted', async () => {
  await firstVersion();
  await open();
  const database = await openDB(names.account(me));
  onTestFinished(() => database.close());
  expect(await database.getAll('encrypted')).toEqual([{ room, content: megolm }]);
});

it('keeps what must never be lost apart from what may be thrown away', async () => {
  const store = await open();
  await store.putOutbox(item('one', 1));
  await store.putDraft({ room, draft: { text: 'half a sen' }, at: 0 });
  await store.commit({ rooms: [record(room)], positions: { list: '1' } });
  await store.close();
  await new Promise((done) => (indexedDB.deleteDatabase(names.cache(me)).onsuccess = done));
  const again = await open();
  expect([await kept(again), await again.positions()]).toEqual([[], {}]);
  expect([await again.outbox(), await again.draft(room)]).toEqual([[item('one', 1)], { text: 'half a sen' }]);
});

it('keeps a draft until there is none any more', async () => {
  const store = await open();
  expect(await store.draft(room)).toBeNull();
  const whole = {
    text: '@Marta ',
    mentions: [{ id: me, name: 'Marta' }],
    beside: { kind: 'answer', event: '$asked' as EventId }
  } as const;
  await store.putDraft({ room, draft: whole, at: 0 });
  await store.putDraft({ room: otherRoom, draft: { text: 'b' }, at: 0 });
  expect([await store.draft(room), await store.draft(otherRoom)]).toEqual([whole, { text: 'b' }]);
  await store.putDraft({ room, draft: null, at: 0 });
  expect([await store.draft(room), await store.draft(otherRoom)]).toEqual([null, { text: 'b' }]);
});

it('keeps the tail of a conversation until it is dropped or the conversation is gone', async () => {
  const store = await open();
  const tail = { room, events: [event('$1'), event('$2')], before: 't1' };
  expect(await store.tail(room)).toBeUndefined();
  await store.putTail(tail);
  await store.putTail({ ...tail, room: otherRoom });
  expect(await store.tail(room)).toEqual(tail);
  await store.commit({ gone: [room] });
  expect([await store.tail(room), await store.tail(otherRoom)]).toEqual([undefined, { ...tail, room: otherRoom }]);
  await store.dropTails();
  expect(await store.tail(otherRoom)).toBeUndefined();
});

it('is wiped whole', async () => {
  const store = await open();
  await store.close();
  await wipe(names, me);
  expect((await indexedDB.databases()).filter(({ name }) => name?.includes(names.accounts))).toEqual([]);
});
