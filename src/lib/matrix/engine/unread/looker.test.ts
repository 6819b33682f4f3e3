import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RawEvent } from '../event.ts';
import { says, startCatchUp } from '../testing/catch-up-session.ts';
import { anna, event, me, megolm, room, state } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { answer, messages, plain, type WireRoom } from '../testing/sync-session.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `looker-${names++}`;
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

describe('what is sealed', () => {
  const mention = says('look', { 'm.mentions': { user_ids: [me] } });

  it('is opened as it comes, and asks the server nothing', async () => {
    const { zone, take, give, boot, keys, unread } = await start();
    boot();
    keys.set('$2', mention).set('$3', { type: 'm.reaction', content: {} }).set('$4', says('x'));
    const asked = await give(await take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    await give(asked, answer('2', { [room]: plain([secret('$2'), secret('$3'), secret('$4')]) }));
    await settled();
    expect([unread(), zone.asked('GET', messages).length]).toEqual([exactly(2, 1), 0]);
  });

  it('counts before the crypto is up, and is looked into then', async () => {
    const { zone, take, give, boot, keys, unread } = await start();
    keys.set('$2', mention);
    const asked = await give(await take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    await give(asked, answer('2', { [room]: plain([secret('$2')]) }));
    await settled();
    expect(unread()).toEqual(exactly(1));
    boot();
    await vi.waitFor(() => expect(unread()).toEqual(exactly(1, 1)));
    expect(zone.asked('GET', messages)).toHaveLength(0);
  });

  it('is asked for once while its key does not come, also over reloads, and tried again all the same', async () => {
    const first = await start();
    first.boot();
    await first.away(secret('$9'), {}, encryptedRoom);
    (await first.zone.next('GET', messages)).reply({ chunk: chunk('$1', secret('$8'), secret('$9')), end: 'q' });
    await settled();
    expect(first.unread()).toEqual(exactly(2));
    await first.stop();
    for (const [key, mentions] of [
      ['$other', 0],
      ['$8', 1],
      ['$9', 2]
    ] as const) {
      const again = await start();
      again.keys.set(key, mention);
      await again.give(await again.take(), answer('3', {}, { ids: [room] }));
      again.boot();
      await vi.waitFor(() => expect(again.open).toHaveBeenCalled());
      await vi.waitFor(() => expect(again.unread()).toEqual(exactly(2, mentions)));
      expect(again.zone.asked('GET', messages)).toHaveLength(0);
      await again.stop();
    }
  });

  it('is looked into again when its key comes, and is not read back for it', async () => {
    const { zone, take, give, boot, comes, unread, catchUp } = await start();
    boot();
    const asked = await give(await take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    await give(asked, answer('2', { [room]: plain([secret('$2')]) }));
    await settled();
    catchUp.wake();
    expect(unread()).toEqual(exactly(1));
    comes('$2', mention);
    await settled();
    expect([unread(), zone.asked('GET', messages).length]).toEqual([exactly(1, 1), 0]);
  });

  it('in a gap is opened: no mention and no missed call hides, and one that was answered is none', async () => {
    const { zone, away, boot, keys, unread, ids } = await start();
    boot();
    const call = (type: string, id: string) => ({ type: `m.call.${type}`, content: { call_id: id } });
    keys.set('$2', mention).set('$3', call('invite', 'a')).set('$4', call('invite', 'b'));
    keys.set('$5', call('answer', 'b')).set('$9', says('x'));
    await away(secret('$9'), {}, encryptedRoom);
    const gap = ['$2', '$3', '$4'].map((one) => secret(one));
    (await zone.next('GET', messages)).reply({
      chunk: chunk('$1', ...gap, secret('$5', { sender: me }), secret('$9'))
    });
    await settled();
    expect([unread(), ids()]).toEqual([exactly(3, 2), ['$2', '$3', '$9']]);
  });
});

describe('a call to everybody', () => {
  const everybody = event('$2', { content: { msgtype: 'm.text', body: 'x', 'm.mentions': { room: true } } });
  async function called(levels: unknown, create: unknown = event('$c', { type: 'm.room.create', sender: me })) {
    const session = await start();
    session.zone.on('GET', /power_levels/, (asked) => (levels ? levels : asked.refuse(404, 'M_NOT_FOUND')));
    session.zone.on('GET', /m\.room\.create/, () => create);
    const { take, give } = session;
    const asked = await give(await take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    await give(asked, answer('2', { [room]: plain([everybody]) }));
    await settled();
    return session.unread();
  }
  const creator = (version: string) =>
    event('$c', { type: 'm.room.create', sender: anna, content: { room_version: version } });

  it.each([
    ['by a moderator', { users: { [anna]: 50 } }, undefined, 1],
    ['by anybody where the room lets them', { notifications: { room: 0 }, users_default: 0 }, undefined, 1],
    ['by whom may not', { users: { [anna]: 49 } }, undefined, 0],
    ['by nobody in particular', {}, undefined, 0],
    ['by the creator of a room of version 12', {}, creator('12'), 1],
    ['by the creator of an older one without levels', null, creator('10'), 1],
    ['by another one without levels', null, undefined, 0]
  ])('%s', async (_by, levels, create, mentions) => {
    expect(await called(levels, create)).toEqual(exactly(1, mentions));
  });

  it('whose sender cannot be asked about now is looked into when the connection is back', async () => {
    const { zone, take, give, boot, unread, connection } = await start();
    boot();
    zone.on('GET', /power_levels/, (asked) => asked.lose());
    zone.on('GET', /m\.room\.create/, () => creator('12'));
    zone.on('GET', messages, () => ({ chunk: chunk('$1', everybody), end: 'q' }));
    const asked = await give(await take(), answer('1', { [room]: plain([event('$1')], { initial: true }) }));
    await give(asked, answer('2', { [room]: plain([everybody]) }));
    await settled();
    expect(unread()).toEqual(exactly(1));
    zone.on('GET', /power_levels/, () => ({}));
    connection.set({ state: 'waiting', until: 0 });
    connection.set({ state: 'online' });
    await settled();
    expect(unread()).toEqual(exactly(1, 1));
  });
});
