import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anna, event, me, otherRoom, room } from '../testing/examples.ts';
import { answer, messages, plain, receipt, startSync, sync, type WireRoom } from '../testing/sync-session.ts';
import { nothingUnread, numbersOf } from '../unread/unread.ts';
import type { RoomNews } from './intake.ts';
import type { Records } from './records.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `intake-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});
const start = () => startSync(name);

describe('a gap', () => {
  async function away(newest = event('$9'), more: WireRoom = {}) {
    const running = await start();
    const asked = await running.give(
      await running.take(),
      answer('1', { [room]: plain([event('$1')], { initial: true }) })
    );
    await running.give(asked, answer('2', { [room]: plain([newest], { limited: true, prev_batch: 'p', ...more }) }));
    return { ...running, unread: numbersOf(running.records.get(room)?.unread ?? nothingUnread) };
  }

  it('holds nothing up: what came is there, what is missing is noted, nobody is asked', async () => {
    const { zone, news, records, unread } = await away(event('$9'), { bump_stamp: 2 });
    expect(news.at(-1)).toMatchObject({ arrived: [{ event_id: '$9' }], gap: true, before: 'p', stale: true });
    expect(records.get(room)).toMatchObject({ last: { event_id: '$9' }, seen: '$9', unread: { gap: { to: '$1' } } });
    expect(unread).toEqual({ count: 1, exact: false, mentions: 0 });
    expect(zone.asked('GET', messages)).toHaveLength(0);
  });

  it('that hides no message says so', async () => {
    const { unread, records } = await away(event('$9', { type: 'm.reaction', content: {} }));
    expect(unread).toEqual({ count: 0, exact: true, mentions: 0 });
    expect(records.get(room)?.unread.gap).toMatchObject({ to: '$1', hides: false });
  });

  it('of which the answer does not say where it ends is one', async () => {
    const { news } = await away(event('$9'), { prev_batch: undefined });
    expect(news.at(-1)).toMatchObject({ gap: true, before: null });
  });
});

describe('one’s own read mark', () => {
  const unread = (records: Records) => numbersOf(records.get(room)?.unread ?? nothingUnread);
  async function behind() {
    const running = await start();
    const first = await running.give(
      await running.take(),
      answer('1', { [room]: plain([event('$1')], { initial: true }) })
    );
    const asked = await running.give(first, answer('2', { [room]: plain([event('$2'), event('$3'), event('$4')]) }));
    expect(unread(running.records)).toEqual({ count: 3, exact: true, mentions: 0 });
    return { ...running, asked };
  }

  it('in the middle leaves exactly what came after it', async () => {
    const { asked, give, records } = await behind();
    await give(asked, answer('3', {}, { ...receipt(room, me, '$2', 50), count: 1, ids: [room] }));
    expect(unread(records)).toEqual({ count: 2, exact: true, mentions: 0 });
  });

  it('at the end leaves nothing', async () => {
    const { asked, give, records } = await behind();
    await give(asked, answer('3', {}, receipt(room, me, '$4', 50)));
    expect(unread(records)).toEqual({ count: 0, exact: true, mentions: 0 });
  });

  it('of a room met for the first time says that something is unread, and that it is not exact', async () => {
    const { take, give, records } = await start();
    await give(
      await take(),
      answer('1', { [room]: plain([event('$1')], { initial: true }) }, receipt(room, me, '$0', 5))
    );
    expect(unread(records)).toEqual({ count: 1, exact: false, mentions: 0 });
    expect(records.get(room)?.unread.gap).toEqual({ to: null, after: 5, hides: true });
  });

  it('at the end of a room met for the first time leaves nothing, nor does one’s own message, nor no mark at all', async () => {
    for (const [timeline, more] of [
      [[event('$1')], receipt(room, me, '$1', 5)],
      [[event('$1', { sender: me })], receipt(room, me, '$0', 5)],
      [[event('$1')], {}]
    ] as const) {
      const { take, give, records, stop } = await startSync(`${name}-${JSON.stringify(more)}`);
      await give(await take(), answer('1', { [room]: plain([...timeline], { initial: true }) }, more));
      expect(unread(records)).toEqual({ count: 0, exact: true, mentions: 0 });
      expect(records.get(room)?.unread.gap).toBeNull();
      await stop();
    }
  });

  it('of another changes no count', async () => {
    const { asked, give, records } = await behind();
    await give(asked, answer('3', {}, receipt(room, anna, '$2', 50)));
    expect(records.get(room)?.receipts).toEqual({ [anna]: { event: '$2', at: 50 } });
    expect(unread(records).count).toBe(3);
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
