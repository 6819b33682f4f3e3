import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import type { RoomNews } from '../sync/intake.ts';
import { anna, event, id, me, member, otherRoom, redaction, room } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { answer, messages, plain, startSync } from '../testing/sync-session.ts';
import { chunk, loadedTimeline, openTimeline, said, sealed } from '../testing/timeline-session.ts';
import { tailOf, Tails } from './tails.ts';

const none = { before: null, names: {} };
const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `$${from + at}`);
const reaction = (name: string, to: string) =>
  event(name, {
    type: 'm.reaction',
    content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: to, key: '🥖' } }
  });
const kept = (events: readonly RawEvent[]) => events.map((raw) => raw.event_id);

describe('a tail', () => {
  it('is the newest lines, and of what changes them a few; its token where it is whole', () => {
    const flood = Array.from({ length: 50 }, (_, at) => reaction(`$r${at}`, '$60'));
    const { events } = tailOf(room, [...names(1, 60).map((name) => event(name)), ...flood], none);
    expect(kept(events)).toEqual([...names(31, 60), ...names(40, 49).map((name) => name.replace('$', '$r'))]);
    expect(tailOf(room, [event('$1')], { before: 'p', names: {} }).before).toBe('p');
    expect(
      tailOf(
        room,
        names(1, 60).map((name) => event(name)),
        { before: 'p', names: {} }
      ).before
    ).toBeNull();
  });

  it('keeps nothing of what was deleted, and names only those who wrote', () => {
    const called = { [anna]: 'Anna', [me]: 'Me' };
    const { events, names } = tailOf(
      room,
      [event('$1'), event('$2'), reaction('$3', '$1'), redaction('$1'), redaction('$3')],
      {
        before: null,
        names: called
      }
    );
    expect(events.map(({ event_id, content }) => [event_id, content.body])).toEqual([
      ['$1', undefined],
      ['$2', '$2']
    ]);
    expect(names).toEqual({ [anna]: 'Anna' });
  });
});

describe('opening a conversation that has one', () => {
  const tail = (...events: (string | RawEvent)[]) =>
    tailOf(room, chunk(...events).toReversed(), { before: null, names: { [anna]: 'Anna' } });

  it('shows it before the server has answered, then what the server says, each row the same', async () => {
    const { page, current, values } = openTimeline({ tail: tail('$1', '$2', '$3') });
    const asked = await page();
    await settled();
    expect([said(current()), current()?.older, current()?.rows[0]?.sender.name]).toEqual([
      ['$1', '$2', '$3'],
      'loading',
      'Anna'
    ]);
    const [, second, third] = current()?.rows ?? [];
    asked.reply({ chunk: chunk('$2', '$3', '$4'), state: [member(anna, 'join', { name: 'Anna' })], end: 'p' });
    await settled();
    expect(said(current())).toEqual(['$2', '$3', '$4']);
    expect([current()?.rows[0], current()?.rows[1]]).toEqual([second, third]);
    expect(current()?.rows[0]).toBe(second);
    for (const { rows } of values) expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('replaces it where nothing joins them, and keeps it where the server is away', async () => {
    const replaced = openTimeline({ tail: tail('$1') });
    (await replaced.page()).reply({ chunk: chunk('$80', '$81'), end: 'p' });
    await settled();
    expect([said(replaced.current()), replaced.current()?.older]).toEqual([['$80', '$81'], 'more']);
    const away = openTimeline({ tail: tail('$1') });
    (await away.page()).lose();
    away.take([event('$9')]);
    (await away.page()).lose();
    await settled();
    expect([said(away.current()), away.current()?.older]).toEqual([['$1'], { failed: 'unreachable' }]);
  });

  it('says of what was deleted meanwhile that it was, and loses nothing that comes meanwhile', async () => {
    const { page, take, current } = openTimeline({ tail: tail('$1', '$2') });
    const asked = await page();
    take([event('$3')]);
    await settled();
    expect(said(current())).toEqual(['$1', '$2']);
    asked.reply({ chunk: chunk(event('$1', { content: {} }), '$2'), end: 'p' });
    await settled();
    expect(said(current())).toEqual(['$1', '$2', '$3']);
    expect(current()?.rows[0]).toMatchObject({ body: { type: 'deleted' } });
  });

  it('waits for the crypto rather than call unreadable what it will read in a moment', async () => {
    const { page, values, current, crypto, start } = openTimeline({ tail: tail(sealed('$1')), crypto: false });
    await page();
    await settled();
    expect(values).toEqual([]);
    crypto.says('$1');
    start();
    await settled();
    expect(said(current())).toEqual(['$1']);
  });

  it('opens what the server told before the crypto was up', async () => {
    const { page, current, crypto, start } = openTimeline({ tail: tail(sealed('$1')), crypto: false });
    (await page()).reply({ chunk: chunk(sealed('$1'), sealed('$2')), end: 'p' });
    await settled();
    for (const name of ['$1', '$2']) crypto.says(name);
    start();
    await settled();
    expect(said(current())).toEqual(['$1', '$2']);
  });
});

describe('what is open', () => {
  it('is kept when it changes and when it closes, rows with the keys that they have', async () => {
    const { timeline, take, item, tails } = await loadedTimeline('$1');
    timeline.sent(item('t1'), id('$2'));
    take([event('$2', { sender: me }), event('$3'), redaction('$3')]);
    await settled();
    timeline.close();
    const tail = await tails.tail;
    expect(tails.flushed).toBe(1);
    expect(
      tail?.events.map(({ event_id, unsigned, content }) => [event_id, unsigned.transaction_id, content.body])
    ).toEqual([
      ['$1', undefined, '$1'],
      ['$2', 't1', '$2'],
      ['$3', undefined, undefined]
    ]);
  });

  it('is not kept while it does not reach the newest', async () => {
    const { timeline, tails, zone } = await loadedTimeline('$1');
    tails.take = undefined;
    zone.on('GET', /\/context\//, () => ({ event: event('$500'), start: 'b', end: 'f' }));
    await timeline.jump({ event: id('$500') });
    await settled();
    timeline.close();
    expect(await tails.tail).toBeUndefined();
  });
});

let sessions = 0;
let session: string;
beforeEach(() => {
  session = `tails-${sessions++}`;
});

describe('the tails of an account', () => {
  async function start() {
    const sync = await startSync(session);
    const { zone, store, records, life } = sync;
    const asked = await sync.give(await sync.take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    return { ...sync, asked, tails: new Tails({ server: zone.server, store, records }, life.signal) };
  }
  const news = (arrived: RawEvent[], more: Partial<RoomNews> = {}): RoomNews => ({
    room,
    arrived,
    state: [],
    before: null,
    gap: false,
    stale: false,
    ...more
  });
  const of = async (tails: Tails, which: RoomId = room) => kept((await tails.of(which))?.events ?? []);

  it('grow by what comes while they are closed; where something is missing they begin anew', async () => {
    const { tails, store } = await start();
    await store.putTail(tailOf(room, [event('$1')], none));
    tails.take(news([event('$1'), event('$2')]));
    tails.take(news([event('$3')], { state: [member(anna, 'join', { name: 'Anna' })] }));
    await tails.flush();
    expect(await of(tails)).toEqual(['$1', '$2', '$3']);
    expect((await tails.of(room))?.names).toEqual({ [anna]: 'Anna' });
    tails.take(news([event('$9')], { gap: true }));
    await tails.flush();
    expect(await of(tails)).toEqual(['$9']);
  });

  it('are none of a conversation that has none, and of one that one has left', async () => {
    const { tails, store, asked, give } = await start();
    tails.take(news([event('$2')]));
    await tails.flush();
    expect(await of(tails)).toEqual([]);
    tails.keep(otherRoom, () => tailOf(otherRoom, [event('$1')], none));
    await tails.flush();
    expect(await of(tails, otherRoom)).toEqual([]);
    await store.putTail(tailOf(room, [event('$1')], none));
    await give(asked, answer('2', { [room]: { required_state: [member(me, 'leave')], timeline: [] } }));
    await settled();
    expect(await of(tails)).toEqual([]);
  });

  it('are kept at the end too, and a store that fails stops nothing', async () => {
    const { tails, store, life } = await start();
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    vi.spyOn(store, 'putTail').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
    tails.keep(room, () => tailOf(room, [event('$1')], none));
    await tails.flush();
    expect([await of(tails), warn.mock.calls.length]).toEqual([[], 1]);
    tails.keep(room, () => tailOf(room, [event('$1')], none));
    life.abort();
    await settled();
    expect(await of(tails)).toEqual(['$1']);
  });

  it('are fetched at idle for those at the top of the list that have none, or an old one', async () => {
    const { tails, store, zone, asked, give } = await start();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [fresh, old, gone] = ['!fresh', '!old', '!gone'] as [RoomId, RoomId, RoomId];
    const rooms = Object.fromEntries(
      [fresh, old, gone].map((name) => [name, plain([event(`$seen ${name}`)], { initial: true })])
    );
    await give(asked, answer('2', rooms, { ids: [room, fresh, old, gone] }));
    await store.putTail(tailOf(fresh, [event(`$seen ${fresh}`)], none));
    await store.putTail(tailOf(old, [event('$0')], none));
    zone.on('GET', messages, ({ path }) => ({ chunk: [event(`$got ${path.split('/').at(-2)}`)], end: 'p' }));
    zone.on('GET', /!gone\/messages$/, (asked) => asked.refuse(403, 'M_FORBIDDEN'));
    const filled = tails.fill();
    expect(zone.asked('GET', messages)).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    await filled;
    expect(await of(tails)).toEqual([`$got ${room}`]);
    expect(await of(tails, old)).toEqual([`$got ${old}`]);
    expect(await of(tails, fresh)).toEqual([`$seen ${fresh}`]);
    expect(zone.asked('GET', messages)).toHaveLength(3);
  });
});
