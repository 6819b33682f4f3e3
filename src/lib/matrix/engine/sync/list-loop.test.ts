// Longer than 300 lines: one loop, and what it does at every kind of answer.
import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Connection, RoomId } from '../../values.ts';
import { event, me, megolm, member, otherRoom, room, state, anna } from '../testing/examples.ts';
import { CacheDatabase } from '../store/cache-database.ts';
import { Names } from '../store/database.ts';
import { settled, type Asked } from '../testing/scripted-server.ts';
import { answer, kept, messages, plain, receipt, startSync, sync } from '../testing/sync-session.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `list-loop-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});
const start = () => startSync(name);

const subscriptions = (asked: Asked) => Object.keys(asked.body.room_subscriptions as object);

describe('conversations below the window', () => {
  it('are asked for while something is unread there: it may be read elsewhere', async () => {
    const { take, give, records } = await start();
    const all = Array.from({ length: 22 }, (_, at) => `!${at}`);
    const rooms = Object.fromEntries(
      all.map((one, at) => [one, plain([event(`$a${one}`)], { initial: true, bump_stamp: 100 - at })])
    );
    let asked = await give(await take(), answer('1', rooms));
    const lowest = { '!21': plain([event('$b')], { bump_stamp: 1 }) };
    asked = await give(asked, answer('2', lowest, { count: 22, ids: all }));
    while (asked.query.get('timeout') === '0') asked = await give(asked, answer('3', {}, { count: 22, ids: all }));
    expect(subscriptions(asked)).toEqual(['!21']);
    asked = await give(asked, answer('4', {}, { ...receipt('!21', me, '$b', 5), count: 22, ids: all }));
    expect(records.get('!21' as RoomId)?.unread.events).toEqual([]);
    expect(subscriptions(asked)).toEqual([]);
  });
});

describe('a sealed message', () => {
  const sealed = { [room]: plain([event('$1', { type: 'm.room.encrypted' })]) };

  it('is told once it has been opened', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { take, news } = await startSync(name, () => promise);
    (await take()).reply(answer('1', sealed));
    await settled();
    expect(news).toEqual([]);
    resolve();
    await take();
    expect(news).toMatchObject([{ room }]);
  });

  it('is told all the same where it cannot be, or not soon', async () => {
    const never = await startSync(name, () => new Promise<void>(() => undefined));
    await never.give(await never.take(), answer('1', sealed));
    expect(never.news).toMatchObject([{ room }]);
    const failing = await startSync(`${name}-failing`, () => Promise.reject(new Error('no key')));
    await failing.give(await failing.take(), answer('1', sealed));
    expect(failing.news).toMatchObject([{ room }]);
  });
});

describe('open conversations', () => {
  it('are asked for at once and in every request, until they are closed', async () => {
    const { take, give, loop } = await start();
    let asked = await take();
    expect(subscriptions(asked)).toEqual([]);
    const close = loop.open(room);
    const closeToo = loop.open(room);
    const again = await take();
    expect(asked.aborted).toBe(true);
    expect(subscriptions(again)).toEqual([room]);
    asked = await give(again, answer('1'));
    expect(subscriptions(asked)).toEqual([room]);
    close();
    close();
    asked = await give(asked, answer('2'));
    expect(subscriptions(asked)).toEqual([room]);
    closeToo();
    asked = await give(asked, answer('3'));
    expect(subscriptions(asked)).toEqual([]);
  });

  it('are another opening each time', async () => {
    const { loop } = await start();
    expect(loop.opening(room)).toBeUndefined();
    const close = loop.open(room);
    const opening = loop.opening(room);
    expect(loop.opening(room)).toBe(opening);
    close();
    expect(loop.opening(room)).toBeUndefined();
    loop.open(room);
    expect(loop.opening(room)).not.toBe(opening);
  });

  it('asking anew loses no answer: what the left request would have told is told', async () => {
    const { take, give, loop, news } = await start();
    await take();
    loop.open(room);
    await give(await take(), answer('1', { [room]: plain([event('$1')]) }));
    expect(news.map(({ arrived }) => arrived.map(({ event_id }) => event_id))).toEqual([['$1']]);
  });
});

describe('a conversation that was left and forgotten elsewhere', () => {
  const two = { [room]: plain([event('$1')], { initial: true }), [otherRoom]: plain([event('$2')], { initial: true }) };

  it('disappears, though the server tells nothing of it', async () => {
    const { take, give, records } = await start();
    let asked = await give(await take(), answer('1', two));
    expect(records.ids()).toHaveLength(2);
    asked = await give(asked, answer('2', {}, { count: 1, ids: [room] }));
    expect([asked.query.get('timeout'), records.ids().length]).toEqual(['0', 2]);
    asked = await give(asked, answer('3', {}, { count: 1, ids: [room] }));
    expect([asked.query.get('timeout'), records.ids()]).toEqual(['30000', [room]]);
  });

  it('is not looked for again and again at a server that counts otherwise', async () => {
    const { take, give, records } = await start();
    let asked = await give(await take(), answer('1', two));
    asked = await give(asked, answer('2', {}, { count: 1, ids: [room, otherRoom] }));
    expect(asked.query.get('timeout')).toBe('0');
    asked = await give(asked, answer('3', {}, { count: 1, ids: [room, otherRoom] }));
    asked = await give(asked, answer('4', {}, { count: 1, ids: [room, otherRoom] }));
    expect([asked.query.get('timeout'), records.ids().length]).toEqual(['30000', 2]);
  });
});

describe('a forgotten position', () => {
  it('is also one at which the server fails again and again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { take, give, records } = await start();
    let asked = await give(await take(), answer('1', { [room]: plain([]), [otherRoom]: plain([]) }));
    const fail = async () => {
      asked.refuse(500, 'M_UNKNOWN');
      await settled();
      await vi.advanceTimersByTimeAsync(5_000);
      asked = await take();
    };
    await fail();
    expect(asked.query.get('pos')).toBe('1');
    await fail();
    expect(asked.query.get('pos')).toBeNull();
    // A server that fails without a position, too, is waited for.
    await fail();
    expect(asked.query.get('pos')).toBeNull();
    await give(asked, answer('9', { [room]: plain([], { initial: true }) }));
    expect(records.ids()).toEqual([room]);
  });

  it('starts anew; what was left elsewhere disappears, nothing is doubled or counted twice', async () => {
    const { take, give, records, news, zone } = await start();
    const first = await give(
      await take(),
      answer('1', { [room]: plain([event('$1')], { initial: true }), [otherRoom]: plain([]) })
    );
    let asked = await give(first, answer('2', { [room]: plain([event('$2')]) }));
    expect(records.get(room)?.unread.events).toHaveLength(1);
    asked.refuse(400, 'M_UNKNOWN_POS');
    asked = await take();
    expect([asked.query.get('pos'), asked.query.get('timeout')]).toEqual([null, '0']);
    await give(asked, answer('9', { [room]: plain([event('$2')], { initial: true }) }, { count: 1 }));
    expect(records.ids()).toEqual([room]);
    expect(records.get(room)?.unread.events).toHaveLength(1);
    expect(news.at(-1)).toMatchObject({ arrived: [], gap: false, stale: true });
    expect(zone.asked('GET', messages)).toHaveLength(0);
  });

  it('does not lose a conversation that the window shows but the answer does not repeat, nor one that came malformed', async () => {
    const { take, give, records } = await start();
    const asked = await give(await take(), answer('1', { [room]: plain([]), [otherRoom]: plain([]) }));
    asked.refuse(400, 'M_UNKNOWN_POS');
    await give(await take(), answer('9', { [otherRoom]: 5 as never }, { count: 2, ids: [room, otherRoom] }));
    expect(records.ids()).toEqual([room, otherRoom]);
  });

  it('is not what any other refusal means', async () => {
    const { take, give, connection } = await start();
    const asked = await give(await take(), answer('1'));
    asked.refuse(400, 'M_INVALID_PARAM');
    await vi.waitFor(() => expect(connection.current?.state).toBe('waiting'));
  });

  it('said of a beginning is a failure: it is not asked again and again', async () => {
    const { take, connection, zone } = await start();
    (await take()).refuse(400, 'M_UNKNOWN_POS');
    await vi.waitFor(() => expect(connection.current?.state).toBe('waiting'));
    await settled();
    expect(zone.asked('POST', sync)).toHaveLength(1);
  });
});

describe('what is kept', () => {
  it('is records and the position together: a database that fails keeps neither, and both with the next answer', async () => {
    const { take, give, store, news } = await start();
    const asked = await give(await take(), answer('1'));
    const write = vi.spyOn(CacheDatabase.prototype, 'write').mockRejectedValueOnce(new Error('the disk coughs'));
    const second = await give(asked, answer('2', { [room]: plain([event('$1')]) }));
    // Shown it is, and the sync goes on.
    expect([second.query.get('pos'), news.map(({ arrived }) => arrived.length)]).toEqual(['2', [1]]);
    expect([(await store.positions()).list, store.keeping.current]).toEqual(['1', 'memory']);
    await give(second, answer('3', { [otherRoom]: plain([event('$2')]) }));
    expect(write).toHaveBeenCalledTimes(2);
    expect([(await store.positions()).list, store.keeping.current]).toEqual(['3', 'kept']);
    expect((await kept(store)).map(({ id }) => id).sort()).toEqual([otherRoom, room].sort());
  });

  it('and lost under us is told anew, while all that is known stays in the list', async () => {
    const { take, give, records, store } = await start();
    const asked = await give(await take(), answer('1', { [room]: plain([event('$1')]), [otherRoom]: plain([]) }));
    await deleteDB(new Names(name).cache(me));
    const anew = await give(asked, answer('2', { [otherRoom]: plain([event('$2')]) }));
    expect([anew.query.get('pos'), records.summary.total]).toEqual([null, 2]);
    await give(anew, answer('3', { [room]: plain([event('$1')], { initial: true }), [otherRoom]: plain([]) }));
    expect([(await kept(store)).length, (await store.positions()).list]).toEqual([2, '3']);
  });

  it('goes on after a reload where it was', async () => {
    const first = await start();
    await first.give(await first.take(), answer('7', { [room]: plain([event('$1')]) }));
    await first.stop();
    const { take, records } = await start();
    expect(records.get(room)).toMatchObject({ seen: '$1' });
    expect((await take()).query.get('pos')).toBe('7');
  });

  it('of a room that one leaves is nothing, but that it was encrypted', async () => {
    const { take, give, records, store } = await start();
    const sealed = plain([event('$1')], {
      required_state: [member(me, 'join'), state('$e', 'm.room.encryption', megolm)]
    });
    const asked = await give(await take(), answer('1', { [room]: sealed, [otherRoom]: plain([event('$2')]) }));
    const left = { required_state: [member(me, 'leave')], timeline: [] };
    await give(asked, answer('2', { [room]: left, [otherRoom]: left }));
    expect([...records.listed()]).toEqual([]);
    expect(await kept(store)).toMatchObject([{ id: room, membership: 'left', encryption: megolm, last: null }]);
    expect(records.get(otherRoom)).toBeUndefined();
  });

  it('is account data too', async () => {
    const { take, give, stop, accountData } = await start();
    const global = [{ type: 'm.direct', content: { [anna]: [room] } }, { type: 5 }, null];
    await give(await take(), answer('1', {}, { extensions: { account_data: { global } } }));
    expect(accountData.get('m.direct')).toEqual({ [anna]: [room] });
    await stop();
    expect((await start()).accountData.get('m.direct')).toEqual({ [anna]: [room] });
  });
});

describe('the connection', () => {
  it('ends at a refused token, and asks no more', async () => {
    const { take, give, connection, running, zone } = await start();
    const asked = await give(await take(), answer('1'));
    expect(asked.headers.get('authorization')).toBe('Bearer a-secret-token');
    asked.refuse(401, 'M_UNKNOWN_TOKEN');
    await running;
    expect(connection.current).toEqual({ state: 'signed-out' });
    expect(zone.asked('POST', sync)).toHaveLength(2);
  });

  it.each([
    ['lost', (asked: Asked) => asked.lose(), 1_000],
    ['lost in the middle of an answer', (asked: Asked) => asked.lose('within'), 1_000],
    ['a proxy’s page', (asked: Asked) => asked.reply('<html>', { status: 502 }), 1_000],
    ['a server in trouble', (asked: Asked) => asked.refuse(500, 'M_UNKNOWN'), 1_000],
    ['an answer without a position', (asked: Asked) => asked.reply({ rooms: {} }), 1_000],
    ['too many requests', (asked: Asked) => asked.refuse(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 7_000 }), 7_000],
    ['Retry-After', (asked: Asked) => asked.reply('', { status: 503, headers: { 'retry-after': '9' } }), 9_000]
  ])('waits: %s', async (_name, fail, ms) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { take, connection, zone, give } = await start();
    fail(await take());
    await settled();
    const { current } = connection;
    const wait = current?.state === 'waiting' ? current.until - Date.now() : NaN;
    expect(wait).toBeGreaterThanOrEqual(ms * 0.9);
    expect(wait).toBeLessThanOrEqual(ms * 1.1);
    await vi.advanceTimersByTimeAsync(wait - 5);
    expect(zone.asked('POST', sync)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10);
    await give(await take(), answer('1'));
    expect(connection.current).toEqual({ state: 'online' });
  });

  it('waits longer each time, a minute at most, and not at all when told to try', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { take, connection, loop, give } = await start();
    const waits: number[] = [];
    for (let failure = 0; failure < 9; failure++) {
      (await take()).lose();
      await settled();
      const { current } = connection;
      if (current?.state === 'waiting') waits.push(current.until - Date.now());
      loop.stir('person');
    }
    for (const [at, base] of [1, 2, 4, 8, 16, 32, 60, 60, 60].entries()) {
      expect(waits[at]).toBeGreaterThanOrEqual(base * 900 - 1);
      expect(waits[at]).toBeLessThanOrEqual(base * 1100 + 1);
    }
    // A success forgets the failures.
    (await give(await take(), answer('1'))).lose();
    await settled();
    const { current } = connection;
    expect(current?.state === 'waiting' && current.until - Date.now()).toBeLessThanOrEqual(1100);
  });

  it('a wait that no timer can hold is still a wait', async () => {
    const { take, zone } = await start();
    (await take()).refuse(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 1e13 });
    await settled();
    await new Promise<void>((next) => setTimeout(next, 20));
    expect(zone.asked('POST', sync)).toHaveLength(1);
  });

  it('says once that it stands', async () => {
    const { take, give, connection } = await start();
    const states: Connection[] = [];
    connection.subscribe((state) => states.push(state));
    const asked = await give(await take(), answer('1'));
    await give(asked, answer('2'));
    expect(states).toEqual([{ state: 'online' }]);
  });

  it('ends with its life, whatever it does at that moment', async () => {
    const hanging = await start();
    const asked = await hanging.take();
    await hanging.stop();
    expect(asked.aborted).toBe(true);
    const waiting = await start();
    (await waiting.take()).lose();
    await vi.waitFor(() => expect(waiting.connection.current?.state).toBe('waiting'));
    await waiting.stop();
    expect(waiting.zone.log).toHaveLength(1);
    await waiting.loop.first;
  });
});
