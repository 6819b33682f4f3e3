import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RawEvent } from '../event.ts';
import { anna, event, me, otherRoom, room } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { answer, messages, plain, receipt, startSync, sync, type WireRoom } from '../testing/sync-session.ts';
import type { RoomNews } from './intake.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `intake-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});
const start = () => startSync(name);

describe('a gap', () => {
  async function away(chunk: RawEvent[], newest = event('$9'), more: WireRoom = {}) {
    const running = await start();
    const asked = await running.give(
      await running.take(),
      answer('1', { [room]: plain([event('$1')], { initial: true }) })
    );
    asked.reply(answer('2', { [room]: plain([newest], { limited: true, prev_batch: 'p', ...more }) }));
    return { ...running, chunk };
  }
  const names = (events: readonly RawEvent[]) => events.map(({ event_id }) => event_id);

  it('is filled back to the event that is known', async () => {
    const { zone, take, news, records } = await away([]);
    const asked = await zone.next('GET', messages);
    expect(Object.fromEntries(asked.query)).toMatchObject({ dir: 'b', from: 'p', limit: '100' });
    asked.reply({ chunk: [event('$8'), event('$7'), event('$1'), event('$0')], end: 'q' });
    await take();
    const last = news.at(-1);
    expect(names(last?.arrived ?? [])).toEqual(['$7', '$8', '$9']);
    expect(last).toMatchObject({ gap: false, stale: true });
    expect(records.get(room)).toMatchObject({ unread: { count: 3, exact: true }, seen: '$9' });
  });

  it('that is too long stays, and the count says so', async () => {
    const { zone, take, news, records } = await away([]);
    const chunk = Array.from({ length: 100 }, (_, at) => event(`$${1000 - at}`));
    (await zone.next('GET', messages)).reply({ chunk, end: 'q' });
    await take();
    expect(news.at(-1)).toMatchObject({ gap: true });
    expect(records.get(room)?.unread).toEqual({ count: 101, exact: false });
  });

  it('shows the last message in it where no message came after', async () => {
    const { zone, take, records } = await away([], event('$9', { type: 'm.reaction', content: {} }));
    (await zone.next('GET', messages)).reply({ chunk: [event('$8'), event('$1')] });
    await take();
    expect(records.get(room)).toMatchObject({ last: { event_id: '$8' }, seen: '$9' });
  });

  it('of which the answer does not say where it begins stays: an old place would bring old events', async () => {
    const { zone, take, news } = await away([], event('$9'), { prev_batch: undefined });
    await take();
    expect(news.at(-1)).toMatchObject({ gap: true });
    expect(zone.asked('GET', messages)).toHaveLength(0);
  });

  it.each([
    [403, 'M_FORBIDDEN'],
    [404, 'M_NOT_FOUND'],
    [500, 'M_UNKNOWN']
  ])('that the server refuses (%s) stays, and holds nobody up', async (status, code) => {
    const { zone, take, news, connection } = await away([]);
    (await zone.next('GET', messages)).refuse(status, code);
    await take();
    expect(news.at(-1)).toMatchObject({ gap: true });
    expect(connection.current).toEqual({ state: 'online' });
  });

  it('that cannot be read because the server is away is not taken for known: the same answer is asked for again', async () => {
    const { zone, take, loop, connection, records, store } = await away([]);
    (await zone.next('GET', messages)).lose();
    await vi.waitFor(() => expect(connection.current?.state).toBe('waiting'));
    expect(records.get(room)?.seen).toBe('$1');
    expect((await store.positions()).list).toBe('1');
    loop.retryNow();
    expect((await take()).query.get('pos')).toBe('1');
  });

  it('of many rooms is read for several at once', async () => {
    const running = await start();
    const all = Array.from({ length: 10 }, (_, at) => `!${at}`);
    const rooms = (make: (one: string) => WireRoom) => Object.fromEntries(all.map((one) => [one, make(one)]));
    const asked = await running.give(
      await running.take(),
      answer(
        '1',
        rooms((one) => plain([event(`$a${one}`)], { initial: true }))
      )
    );
    asked.reply(
      answer(
        '2',
        rooms((one) => plain([event(`$b${one}`)], { limited: true, prev_batch: 'p' }))
      )
    );
    await settled();
    const first = running.zone.asked('GET', messages);
    expect(first).toHaveLength(6);
    for (const { path } of first) {
      const one = await running.zone.next('GET', new RegExp(path.slice(-14).replace('!', '!')));
      one.reply({ chunk: [event(`$a${path.split('/').at(-2)}`)] });
    }
    for (let left = 0; left < 4; left++) (await running.zone.next('GET', messages)).reply({ chunk: [] });
    await running.take();
    expect(running.news.slice(-10).filter(({ gap }) => !gap)).toHaveLength(6);
  });
});

describe('one’s own read mark', () => {
  async function behind() {
    const running = await start();
    const first = await running.give(
      await running.take(),
      answer('1', { [room]: plain([event('$1')], { initial: true }) })
    );
    const asked = await running.give(first, answer('2', { [room]: plain([event('$2'), event('$3'), event('$4')]) }));
    expect(running.records.get(room)?.unread).toEqual({ count: 3, exact: true });
    return { ...running, asked };
  }

  it('in the middle leaves exactly what came after it', async () => {
    const { asked, zone, take, records } = await behind();
    asked.reply(answer('3', {}, { ...receipt(room, me, '$2', 50), count: 1, ids: [room] }));
    // Not told of yet: the sync counts $5 itself.
    (await zone.next('GET', messages)).reply({
      chunk: [event('$5'), event('$4'), event('$3'), event('$2'), event('$1')]
    });
    const next = await take();
    expect(records.get(room)?.unread).toEqual({ count: 2, exact: true });
    next.reply(answer('4', { [room]: plain([event('$5')]) }));
    await take();
    expect(records.get(room)?.unread).toEqual({ count: 3, exact: true });
    expect(zone.asked('GET', messages)).toHaveLength(1);
  });

  it('further back than one reads leaves a number that says it is not exact, counted by time', async () => {
    const { asked, zone, take, records } = await behind();
    asked.reply(answer('3', {}, receipt(room, me, '$0', 50)));
    (await zone.next('GET', messages)).reply({
      chunk: [
        event('$4', { origin_server_ts: 60 }),
        event('$3', { origin_server_ts: 55 }),
        event('$2', { origin_server_ts: 40 })
      ]
    });
    await take();
    expect(records.get(room)?.unread).toEqual({ count: 2, exact: false });
  });

  it('at the end needs no question', async () => {
    const { asked, give, zone, records } = await behind();
    await give(asked, answer('3', {}, receipt(room, me, '$4', 50)));
    expect(records.get(room)?.unread).toEqual({ count: 0, exact: true });
    expect(zone.asked('GET', messages)).toHaveLength(0);
  });

  it('of a room met for the first time says that something is unread, and that it is not exact', async () => {
    const { take, give, records } = await start();
    await give(
      await take(),
      answer('1', { [room]: plain([event('$1')], { initial: true }) }, receipt(room, me, '$0', 5))
    );
    expect(records.get(room)?.unread).toEqual({ count: 1, exact: false });
  });

  it('of another changes no count, and reads nothing', async () => {
    const { asked, give, zone, records } = await behind();
    await give(asked, answer('3', {}, receipt(room, anna, '$2', 50)));
    expect(records.get(room)).toMatchObject({ unread: { count: 3 }, receipts: { [anna]: { event: '$2', at: 50 } } });
    expect(zone.asked('GET', messages)).toHaveLength(0);
  });
});

describe('what is malformed', () => {
  it.each<[string, WireRoom]>([
    ['a name that is no text', { name: 5 }],
    ['no name', { name: null }],
    ['heroes that are no list', { heroes: 'x' }],
    ['a hero who is nobody', { heroes: [{ user_id: 5 }, null, 'x'] }],
    ['a timeline that is no list', { timeline: {} }],
    ['state that is no list', { required_state: null }],
    ['an invitation that is none', { invite_state: 'x' }],
    ['counts that are no numbers', { joined_count: 'many', invited_count: null, bump_stamp: {} }],
    ['flags that are none', { initial: 'yes', limited: 1, is_dm: null }]
  ])('%s spoils neither the room nor the answer', async (_what, odd) => {
    const { take, give, records, connection } = await start();
    const good = plain([event('$1')], { name: 'Square' });
    await give(await take(), answer('1', { [room]: { ...good, ...odd }, [otherRoom]: good }));
    expect(connection.current).toEqual({ state: 'online' });
    expect(records.get(otherRoom)).toMatchObject({ name: 'Square', seen: '$1' });
    expect(records.get(room)).toBeDefined();
  });

  it('a room that is none is left out', async () => {
    const { take, give, records } = await start();
    await give(await take(), answer('1', { [room]: 5 as never, [otherRoom]: plain([]) }));
    expect(records.ids()).toEqual([otherRoom]);
  });

  it('events, lists, marks and extensions that are none are left out', async () => {
    const { take, give, records } = await start();
    const timeline = [
      null,
      5,
      {},
      { ...event('$0'), sender: 'nobody' },
      { ...event('$2'), unsigned: null },
      event('$1')
    ];
    const asked = await give(await take(), answer('1', { [room]: { timeline } }));
    expect(records.get(room)).toMatchObject({ seen: '$1' });
    for (const more of [
      { lists: 'x' },
      { lists: { all: {} } },
      { extensions: null },
      { extensions: { receipts: 5, typing: [], account_data: 'x', to_device: 1, e2ee: [] } },
      { extensions: { receipts: { rooms: { [room]: { content: { $1: { 'm.read': { [me]: 5, __proto__: {} } } } } } } } }
    ])
      expect(
        (await start().then(async (other) => other.give(await other.take(), { ...answer('1'), ...more }))).path
      ).toMatch(sync);
    expect(asked.query.get('pos')).toBe('1');
  });

  it('a listener that fails stops nothing', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const { take, give, loop, news, connection } = await start();
    const late: RoomNews[] = [];
    loop.listen({
      news: () => {
        throw new Error('broken');
      },
      typing: () => undefined
    });
    loop.listen({ news: (one) => late.push(one), typing: () => undefined });
    await give(await take(), answer('1', { [room]: plain([event('$1')]) }));
    expect([news.length, late.length, connection.current?.state]).toEqual([1, 1, 'online']);
    expect(error).toHaveBeenCalledOnce();
  });
});

it('tells who writes, without oneself and without nonsense', async () => {
  const { take, give, typing } = await start();
  const extensions = { typing: { rooms: { [room]: { content: { user_ids: [anna, me, 5, 'nobody'] } } } } };
  await give(await take(), answer('1', {}, { extensions }));
  expect(typing).toEqual([[room, [anna]]]);
});
