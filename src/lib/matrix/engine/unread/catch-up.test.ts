import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RawEvent } from '../event.ts';
import { startCatchUp } from '../testing/catch-up-session.ts';
import { anna, event, me, megolm, otherRoom, room, state } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { answer, kept, messages, plain, receipt, type WireRoom } from '../testing/sync-session.ts';
import { nothingUnread, numbersOf } from './unread.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `catch-up-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});
const start = () => startCatchUp(name);
const exactly = (count: number, mentions = 0) => ({ count, exact: true, mentions });
/** Newest first, as the server tells history. */
const chunk = (...events: (string | RawEvent)[]) =>
  events.map((one) => (typeof one === 'string' ? event(one) : one)).reverse();
const encryptedRoom: WireRoom = { required_state: [state('$e', 'm.room.encryption', megolm)] };
const secret = (name: string, more: Partial<RawEvent> = {}) =>
  event(name, { type: 'm.room.encrypted', content: { ciphertext: name }, ...more });

describe('a gap', () => {
  it('is read back behind the sync, and what is unread is exact then', async () => {
    const { zone, away, unread, ids, store } = await start();
    await away();
    expect(unread()).toEqual({ count: 1, exact: false, mentions: 0 });
    const asked = await zone.next('GET', messages);
    expect(Object.fromEntries(asked.query)).toMatchObject({ dir: 'b', limit: '100' });
    asked.reply({ chunk: chunk('$0', '$1', '$7', '$8', '$9'), end: 'q' });
    await settled();
    expect([unread(), ids()]).toEqual([exactly(3), ['$7', '$8', '$9']]);
    expect(numbersOf((await kept(store))[0]?.unread ?? nothingUnread)).toEqual(exactly(3));
  });

  it('is read page by page, and given up where it is too long: the number says so', async () => {
    const { zone, away, unread } = await start();
    await away();
    for (let page = 0; page < 3; page++) {
      const asked = await zone.next('GET', messages);
      expect(asked.query.get('from')).toBe(page === 0 ? null : `p${page}`);
      const events = Array.from({ length: 100 }, (_, at) => event(`$${1000 - page * 100 - at}`));
      asked.reply({ chunk: events, end: `p${page + 1}` });
    }
    zone.on('GET', /notifications$/, () => ({ notifications: [] }));
    await settled();
    expect(unread()).toMatchObject({ count: 200, exact: false });
    expect(zone.asked('GET', messages)).toHaveLength(3);
  });

  it('of an encrypted conversation is read back further', async () => {
    const { zone, away } = await start();
    await away(secret('$9'), {}, { ...encryptedRoom });
    for (let page = 0; page < 10; page++) {
      const events = Array.from({ length: 100 }, (_, at) => secret(`$${5000 - page * 100 - at}`));
      (await zone.next('GET', messages)).reply({ chunk: events, end: `p${page}` });
    }
    await settled();
    expect(zone.asked('GET', messages)).toHaveLength(10);
    expect(zone.asked('GET', /notifications/)).toHaveLength(0);
  });

  it('shows the last message in it where no message came after', async () => {
    const { zone, away, records } = await start();
    await away(event('$9', { type: 'm.reaction', content: {} }));
    (await zone.next('GET', messages)).reply({
      chunk: chunk('$1', '$8', event('$9', { type: 'm.reaction', content: {} })),
      end: 'q'
    });
    await settled();
    expect(records.get(room)).toMatchObject({ last: { event_id: '$8' }, seen: '$9' });
  });

  it.each([
    [403, 'M_FORBIDDEN'],
    [404, 'M_NOT_FOUND'],
    [500, 'M_UNKNOWN']
  ])('that the server refuses (%s) stays, and is not asked for again', async (status, code) => {
    const { zone, away, unread, catchUp } = await start();
    zone.on('GET', /notifications$/, () => ({ notifications: [] }));
    await away();
    (await zone.next('GET', messages)).refuse(status, code);
    await settled();
    catchUp.wake();
    await settled();
    expect(unread()).toEqual({ count: 1, exact: false, mentions: 0 });
    expect(zone.asked('GET', messages)).toHaveLength(1);
  });

  it('that cannot be read now is read when the connection is back', async () => {
    const { zone, away, unread, connection } = await start();
    await away();
    (await zone.next('GET', messages)).lose();
    await settled();
    connection.set({ state: 'waiting', until: 0 });
    connection.set({ state: 'online' });
    (await zone.next('GET', messages)).reply({ chunk: chunk('$1', '$8', '$9') });
    await settled();
    expect(unread()).toEqual(exactly(2));
  });

  it('is read back after a reload that came in between', async () => {
    const first = await start();
    await first.away();
    await first.zone.next('GET', messages);
    await first.stop();
    const { zone, take, give, unread } = await start();
    await give(await take(), answer('3'));
    (await zone.next('GET', messages)).reply({ chunk: chunk('$1', '$8', '$9') });
    await settled();
    expect(unread()).toEqual(exactly(2));
  });

  it('of many rooms is read of a few at once, the newest first', async () => {
    const { zone, take, give } = await start();
    const all = Array.from({ length: 8 }, (_, at) => `!${at}`);
    const rooms = (make: (one: string, at: number) => WireRoom) =>
      Object.fromEntries(all.map((one, at) => [one, make(one, at)]));
    const asked = await give(
      await take(),
      answer(
        '1',
        rooms((one) => plain([event(`$a${one}`)], { initial: true }))
      )
    );
    await give(
      asked,
      answer(
        '2',
        rooms((one, at) => plain([event(`$b${one}`)], { limited: true, bump_stamp: 10 + at }))
      )
    );
    await settled();
    const asks = () => zone.asked('GET', messages).map(({ path }) => path.split('/').at(-2));
    expect(asks()).toEqual(['!7', '!6', '!5']);
    (await zone.next('GET', /!7\/messages/)).reply({ chunk: [] });
    await settled();
    expect(asks()).toEqual(['!7', '!6', '!5', '!4']);
  });

  it('takes no part in what is read meanwhile, here or elsewhere', async () => {
    const { zone, away, give, unread } = await start();
    const asked = await away();
    const reading = await zone.next('GET', messages);
    await give(asked, answer('3', { [room]: plain([event('$10')]) }, receipt(room, me, '$10', 5)));
    reading.reply({ chunk: chunk('$1', '$8', '$9') });
    await settled();
    expect(unread()).toEqual(exactly(0));
  });

  it('keeps what comes meanwhile behind it', async () => {
    const { zone, away, give, ids, unread } = await start();
    const asked = await away();
    const reading = await zone.next('GET', messages);
    await give(asked, answer('3', { [room]: plain([event('$10')]) }));
    reading.reply({ chunk: chunk('$1', '$8', '$9') });
    await settled();
    expect([ids(), unread()]).toEqual([['$8', '$9', '$10'], exactly(3)]);
  });

  it('that opens again while it is read is read again', async () => {
    const { zone, away, give, ids, unread } = await start();
    const asked = await away();
    const reading = await zone.next('GET', messages);
    await give(asked, answer('3', { [room]: plain([event('$20')], { limited: true, bump_stamp: 3 }) }));
    reading.reply({ chunk: chunk('$1', '$8', '$9') });
    (await zone.next('GET', messages)).reply({ chunk: chunk('$1', '$8', '$9', '$15', '$20') });
    await settled();
    expect([ids(), unread()]).toEqual([['$8', '$9', '$15', '$20'], exactly(4)]);
  });
});

describe('a conversation met for the first time', () => {
  it('is read back to one’s own mark', async () => {
    const { zone, take, give, unread } = await start();
    const first = { [room]: plain([event('$9')], { initial: true, limited: true }) };
    await give(await take(), answer('1', first, receipt(room, me, '$3', 5)));
    expect(unread()).toEqual({ count: 1, exact: false, mentions: 0 });
    (await zone.next('GET', messages)).reply({ chunk: chunk('$2', '$3', '$4', '$9'), end: 'q' });
    await settled();
    expect(unread()).toEqual(exactly(2));
  });

  it('by an invitation is read back to one’s coming in', async () => {
    const { zone, take, give, unread } = await start();
    const mine = { type: 'm.room.member', sender: anna, state_key: me, content: { membership: 'invite' } };
    const asked = await give(await take(), answer('1', { [room]: { invite_state: [mine] } }));
    await give(asked, answer('2', { [room]: plain([event('$9')], { initial: true, limited: true }) }));
    const came = state('$j', 'm.room.member', { membership: 'join' }, { sender: me, state_key: me });
    (await zone.next('GET', messages)).reply({ chunk: chunk('$2', came, '$8', '$9'), end: 'q' });
    await settled();
    expect(unread()).toEqual(exactly(2));
  });
});

describe('a mark of one’s own', () => {
  it('at an event that is no message is looked for', async () => {
    const { zone, take, give, unread, ids } = await start();
    const first = await give(await take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    const reaction = event('$3', { type: 'm.reaction', content: {} });
    const asked = await give(first, answer('2', { [room]: plain([event('$2'), reaction, event('$4')]) }));
    await give(asked, answer('3', {}, receipt(room, me, '$3', 50)));
    (await zone.next('GET', messages)).reply({ chunk: chunk('$1', '$2', reaction, '$4'), end: 'q' });
    await settled();
    expect([unread(), ids()]).toEqual([exactly(1), ['$4']]);
  });

  it('further back than what is unread covers nothing, and is looked for once', async () => {
    const { zone, take, give, unread, catchUp } = await start();
    const first = await give(await take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    const asked = await give(first, answer('2', { [room]: plain([event('$2')]) }));
    await give(asked, answer('3', {}, receipt(room, me, '$0', 50)));
    (await zone.next('GET', messages)).reply({ chunk: chunk('$1', '$2'), end: 'q' });
    await settled();
    catchUp.wake();
    await settled();
    expect([unread(), zone.asked('GET', messages).length]).toEqual([exactly(1), 1]);
  });
});

describe('mentions in what is not read back', () => {
  it('are found by the server’s own notes, page by page to what was known', async () => {
    const { zone, away, unread, ids } = await start();
    await away();
    for (let page = 0; page < 3; page++) {
      const events = Array.from({ length: 100 }, (_, at) =>
        event(`$${1000 - page * 100 - at}`, { origin_server_ts: 10_000 - page * 100 - at })
      );
      (await zone.next('GET', messages)).reply({ chunk: events, end: `p${page + 1}` });
    }
    const note = (name: string, ts: number, more: object = {}) => ({
      room_id: room,
      read: false,
      ts,
      event: event(name, { origin_server_ts: ts }),
      ...more
    });
    const first = await zone.next('GET', /notifications$/);
    expect(Object.fromEntries(first.query)).toMatchObject({ only: 'highlight' });
    first.reply({ notifications: [note('$m', 5000), note('$r', 4900, { read: true })], next_token: 't' });
    const second = await zone.next('GET', /notifications$/);
    expect(second.query.get('from')).toBe('t');
    second.reply({
      notifications: [note('$o', 4800, { room_id: otherRoom }), note('$n', 4700), note('$old', 900)],
      next_token: 'u'
    });
    await settled();
    expect(unread()).toMatchObject({ exact: false, mentions: 2 });
    expect(ids()?.slice(0, 2)).toEqual(['$n', '$m']);
    expect(zone.asked('GET', /notifications$/)).toHaveLength(2);
  });
});

it('does nothing any more once its account has stopped', async () => {
  const { zone, away, life, records } = await start();
  await away();
  const reading = await zone.next('GET', messages);
  const before = records.get(room);
  life.abort();
  reading.reply({ chunk: chunk('$1', '$8', '$9') });
  await settled();
  expect(records.get(room)).toBe(before);
});
