import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RoomId, TransactionId } from '../../values.ts';
import { fold } from '../sync/record.ts';
import { event, me, megolm, member, otherRoom, room, state, update } from '../testing/examples.ts';
import { nothing } from '../unread/unread.ts';
import { kept } from '../testing/sync-session.ts';
import { AccountsStore } from './accounts-store.ts';
import { CacheDatabase } from './cache-database.ts';
import { AccountStore, Names, type OutboxItem } from './database.ts';

let count = 0;
let names: Names;
beforeEach(() => {
  names = new Names(`faults-${count++}`);
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  return () => vi.restoreAllMocks();
});

async function open() {
  const store = await AccountStore.open(names, me);
  onTestFinished(() => store.close());
  return store;
}
const record = (id: RoomId, ...more: ReturnType<typeof state>[]) =>
  fold(undefined, id, update({ required_state: [member(me, 'join'), ...more], timeline: [event('$1')] }), me);
const sealed = record(otherRoom, state('$e', 'm.room.encryption', megolm));
const item: OutboxItem = {
  transaction: 't1' as TransactionId,
  room,
  order: 1,
  at: 1,
  type: 'm.room.message',
  content: { body: 'hello' },
  failed: null
};
const full = () => new DOMException('no room', 'QuotaExceededError');
/** As a person does who clears what a site keeps, or a browser that is short of space. */
const deleteUnder = (name: string) =>
  new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
const ids = async (store: AccountStore) => (await kept(store)).map(({ id }) => id).sort();

/** A session that kept two conversations, one of them encrypted, and a message on its way. */
async function before() {
  const store = await open();
  await store.putOutbox(item);
  await store.commit({
    rooms: [record(room), sealed],
    encrypted: [{ room: otherRoom, content: megolm }],
    positions: { list: '1' },
    summary: { total: 2, unread: nothing }
  });
  await store.putTail({ room, events: [event('$1')], before: null });
  return store;
}

describe('a cache', () => {
  it('of a newer build, or damaged, is built anew; messages on their way are not touched', async () => {
    await (await before()).close();
    (await openDB(names.cache(me), 99)).close();
    const store = await open();
    expect([store.start.rooms, store.start.positions, await store.outbox()]).toEqual([[], {}, [item]]);
    expect(await store.commit({ rooms: [record(room)], positions: { list: '1' } })).toBe(true);
    await store.close();
    const again = await open();
    expect([await ids(again), again.start.positions.list, again.keeping.current]).toEqual([[room], '1', 'kept']);
  });

  it('that is gone does not make encrypted conversations plain', async () => {
    await (await before()).close();
    await deleteUnder(names.cache(me));
    const briefs = [];
    for await (const some of (await open()).briefs()) briefs.push(...some);
    expect(briefs).toMatchObject([{ id: otherRoom, membership: 'left', encryption: megolm }]);
  });

  it('that cannot be opened stays in memory, and is kept whole once it can', async () => {
    vi.spyOn(CacheDatabase, 'open').mockRejectedValue(new DOMException('not here', 'UnknownError'));
    const store = await open();
    expect(store.keeping.current).toBe('memory');
    expect(await store.commit({ rooms: [record(room)], positions: { list: '1' } })).toBe(true);
    await store.putTail({ room, events: [], before: null });
    expect([await store.records([room]), await store.tail(room)]).toEqual([[record(room)], undefined]);
    vi.mocked(CacheDatabase.open).mockRestore();
    expect(await store.commit({ rooms: [sealed], positions: { list: '2' } })).toBe(true);
    expect([store.keeping.current, await ids(store), (await store.positions()).list]).toEqual([
      'kept',
      [otherRoom, room].sort(),
      '2'
    ]);
  });

  it('that is full lets go of the tails first', async () => {
    const store = await before();
    vi.spyOn(CacheDatabase.prototype, 'write').mockRejectedValueOnce(full());
    await store.commit({ gone: [room], positions: { list: '2' } });
    expect([store.keeping.current, await store.tail(room), (await store.positions()).list]).toEqual([
      'kept',
      undefined,
      '2'
    ]);
  });

  it('that stays full keeps what is new in memory, as long as it takes, and nothing in halves', async () => {
    const store = await before();
    const write = vi.spyOn(CacheDatabase.prototype, 'write').mockRejectedValue(full());
    for (let pos = 2; pos < 12; pos++) expect(await store.commit({ positions: { list: `${pos}` } })).toBe(true);
    await store.commit({ rooms: [{ ...record(room), bump: 7 }], gone: [otherRoom], positions: { list: '12' } });
    expect(await store.records([room, otherRoom])).toMatchObject([{ id: room, bump: 7 }]);
    expect([store.keeping.current, (await store.positions()).list]).toEqual(['memory', '1']);
    write.mockRestore();
    await store.commit({ positions: { crypto: 'c' } });
    await store.close();
    const again = await open();
    expect([again.start.positions, await kept(again)]).toMatchObject([
      { list: '12', crypto: 'c' },
      [{ id: room, bump: 7 }]
    ]);
  });

  it('that is deleted under us is lost: all is told anew, and the position with it', async () => {
    const store = await before();
    await deleteUnder(names.cache(me));
    expect(await store.commit({ rooms: [record(room)], positions: { list: '2', fill: null } })).toBe(false);
    expect((await store.positions()).list).toBeUndefined();
    expect(await store.commit({ rooms: [sealed], positions: { list: '1' } })).toBe(true);
    await store.close();
    expect([await ids(await open())]).toEqual([[otherRoom, room].sort()]);
  });

  it('whose loss another finds out is lost to the list all the same', async () => {
    const store = await before();
    await deleteUnder(names.cache(me));
    await store.commit({ positions: { crypto: 'c' } });
    expect(await store.commit({ positions: { list: '2' } })).toBe(false);
    expect(await store.positions()).toMatchObject({ list: undefined, crypto: 'c' });
  });

  it('that cannot be read is lost, and what was encrypted is remembered', async () => {
    await (await before()).close();
    const store = await open();
    vi.spyOn(CacheDatabase.prototype, 'briefs').mockRejectedValueOnce(new DOMException('broken', 'DataError'));
    const briefs = [];
    for await (const some of store.briefs()) briefs.push(...some);
    expect(briefs).toMatchObject([{ id: otherRoom, encryption: megolm }]);
    expect(await store.commit({ positions: { list: '2' } })).toBe(false);
    expect(await ids(store)).toEqual([]);
  });

  it('whose tails cannot be read loses no more than them', async () => {
    const store = await before();
    vi.spyOn(CacheDatabase.prototype, 'tail').mockRejectedValueOnce(new DOMException('broken', 'DataError'));
    expect([await store.tail(room), await store.tail(room)]).toEqual([undefined, undefined]);
    expect(await store.commit({ positions: { list: '2' } })).toBe(true);
    expect(await ids(store)).toEqual([otherRoom, room].sort());
  });

  it('that fails again and again is taken for damaged', async () => {
    const store = await before();
    const write = vi.spyOn(CacheDatabase.prototype, 'write').mockRejectedValue(new Error('the disk coughs'));
    for (const list of ['2', '3', '4']) expect(await store.commit({ positions: { list } })).toBe(true);
    write.mockRestore();
    expect(await store.commit({ positions: { list: '5' } })).toBe(false);
    expect(store.keeping.current).toBe('kept');
  });
});

describe('what must never be lost', () => {
  it('is used also where a newer build keeps more of it', async () => {
    await (await before()).close();
    const newer = await openDB(names.account(me), 99, {
      upgrade: (database) => void database.createObjectStore('attachments')
    });
    newer.close();
    const store = await open();
    await store.putDraft({ room, draft: { text: 'half' }, at: 0 });
    expect([await store.outbox(), await store.draft(room)]).toEqual([[item], { text: 'half' }]);
    const names99 = await openDB(names.account(me));
    onTestFinished(() => names99.close());
    expect([...names99.objectStoreNames]).toContain('attachments');
  });

  it('is put anew where its database is deleted under us', async () => {
    const store = await before();
    await store.putDraft({ room, draft: { text: 'half' }, at: 0 });
    await deleteUnder(names.account(me));
    await store.putDraft({ room: otherRoom, draft: { text: 'other' }, at: 0 });
    await store.close();
    const again = await open();
    expect([await again.outbox(), await again.draft(room), await again.draft(otherRoom)]).toEqual([
      [item],
      { text: 'half' },
      { text: 'other' }
    ]);
  });

  it('goes before the tails', async () => {
    const store = await before();
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw full();
    });
    await store.putDraft({ room, draft: { text: 'half' }, at: 0 });
    expect([await store.draft(room), await store.tail(room), store.keeping.current]).toEqual([
      { text: 'half' },
      undefined,
      'kept'
    ]);
  });

  it('is refused where it cannot be kept, and that is said', async () => {
    const store = await before();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw full();
    });
    await expect(store.putDraft({ room, draft: { text: 'half' }, at: 0 })).rejects.toThrow('no room');
    expect([await store.draft(room), store.keeping.current]).toEqual([null, 'memory']);
    put.mockRestore();
    await store.putDraft({ room, draft: { text: 'half' }, at: 0 });
    expect(store.keeping.current).toBe('kept');
  });
});

it('a browser without a database signs in as long as the engine lives', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('not allowed', 'SecurityError');
  });
  const accounts = new AccountsStore(names);
  const credentials = { id: me, token: 't', device: 'd', since: 1, expired: false };
  await accounts.put(credentials);
  expect(await accounts.all()).toEqual([credentials]);
  await accounts.remove(me);
  expect(await accounts.all()).toEqual([]);
  const store = await open();
  expect(await store.commit({ rooms: [record(room)], positions: { list: '1' } })).toBe(true);
  expect([await store.records([room]), store.keeping.current]).toEqual([[record(room)], 'memory']);
  await expect(store.putOutbox(item)).rejects.toThrow('not allowed');
});
