import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Failure } from '../failure.ts';
import { me, megolm, member, room } from './testing/examples.ts';
import { settled } from './testing/scripted-server.ts';
import { asksEncryption, mine, sealedState, send, text, startSealer } from './testing/sealer-session.ts';
import { answer, type WireRoom } from './testing/sync-session.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `sealer-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});
const start = (rooms?: Record<string, WireRoom>) => startSealer(name, rooms);

describe('nothing leaves in clear', () => {
  it('into a room that is not known: it is waited for, then refused', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { records, say, zone, outbox, boot, seal } = await start();
    boot();
    const refused = Promise.withResolvers<never>();
    vi.spyOn(records, 'joined').mockReturnValueOnce(refused.promise);
    await say();
    await settled();
    expect(zone.asked('PUT', send)).toEqual([]);
    refused.reject(new Failure('not-found'));
    await settled();
    expect([outbox.of(room)[0]?.failed, seal.mock.calls.length, zone.asked('PUT', send)]).toEqual(['not-found', 0, []]);
  });

  it('into a room that is not known because the zone is away: it waits', async () => {
    const { records, say, zone, outbox, first, connection } = await start();
    first.lose();
    await vi.waitFor(() => expect(connection.current?.state).toBe('waiting'));
    vi.spyOn(records, 'joined').mockRejectedValueOnce(new Failure('not-found'));
    await say();
    await settled();
    expect([outbox.of(room)[0]?.failed, zone.asked('PUT', send)]).toEqual([null, []]);
  });

  it('into a room that is just being made: the sync tells of it before it tells that it is encrypted', async () => {
    const { say, zone, boot, seal, plainly } = await start({ [room]: mine() });
    boot();
    await say();
    (await zone.next('GET', asksEncryption)).reply(megolm);
    await zone.next('PUT', send);
    expect(seal).toHaveBeenCalledExactlyOnceWith(room, 'm.room.message', expect.objectContaining(text), {
      encryption: megolm,
      fresh: false
    });
    expect(plainly()).toEqual([]);
  });

  it.each<[string, (asked: Awaited<ReturnType<Awaited<ReturnType<typeof start>>['zone']['next']>>) => void]>([
    ['is away', (asked) => asked.lose()],
    ['breaks off', (asked) => asked.lose('within')],
    ['is in trouble', (asked) => asked.refuse(500, 'M_UNKNOWN')],
    ['says a proxy’s 404', (asked) => asked.reply('<html>', { status: 404 })],
    ['refuses to say', (asked) => asked.refuse(403, 'M_FORBIDDEN')],
    ['answers nonsense', (asked) => asked.reply('"no"')],
    ['knows no such question', (asked) => asked.refuse(404, 'M_UNRECOGNIZED')]
  ])('while the server, asked whether a room is encrypted, %s', async (_what, fail) => {
    const { say, zone } = await start({ [room]: mine() });
    await say();
    fail(await zone.next('GET', asksEncryption));
    await settled();
    expect(zone.asked('PUT', send)).toEqual([]);
  });

  it('into a room whose encryption setting says nothing', async () => {
    const { say, zone, boot, seal, plainly } = await start({ [room]: mine() });
    boot();
    await say();
    (await zone.next('GET', asksEncryption)).reply({});
    await zone.next('PUT', send);
    expect([seal.mock.calls.length, plainly()]).toEqual([1, []]);
  });

  it('into a room that the record knows as encrypted, whatever the server says of it now', async () => {
    const { say, zone, boot, give, first, plainly } = await start({ [room]: mine({}, sealedState) });
    boot();
    zone.on('GET', asksEncryption, (asked) => asked.refuse(404, 'M_NOT_FOUND'));
    await give(first, answer('2', { [room]: { initial: true, required_state: [member(me, 'join')], timeline: [] } }));
    await say();
    await zone.next('PUT', send);
    expect([plainly(), zone.asked('GET', asksEncryption)]).toEqual([[], []]);
  });

  it('into a room that one has left and come back to, though the server no longer calls it encrypted', async () => {
    const { say, zone, boot, give, first, plainly, records } = await start({ [room]: mine({}, sealedState) });
    boot();
    zone.on('GET', asksEncryption, (asked) => asked.refuse(404, 'M_NOT_FOUND'));
    const left = await give(first, answer('2', { [room]: { required_state: [member(me, 'leave')], timeline: [] } }));
    await give(left, answer('3', { [room]: mine({ initial: true }) }));
    expect(records.get(room)?.membership).toBe('joined');
    await say();
    await zone.next('PUT', send);
    expect(plainly()).toEqual([]);
  });

  it('while the crypto is not there: it is waited for', async () => {
    const { say, zone, boot, outbox, plainly } = await start({ [room]: mine({}, sealedState) });
    await say();
    await settled();
    expect([zone.asked('PUT', send), outbox.of(room)[0]?.sending]).toEqual([[], true]);
    boot();
    await zone.next('PUT', send);
    expect(plainly()).toEqual([]);
  });

  it('where the crypto cannot run', async () => {
    const { say, zone, ready, outbox } = await start({ [room]: mine({}, sealedState) });
    await say();
    ready.reject(new Failure('encryption-not-ready'));
    await settled();
    expect([zone.asked('PUT', send), outbox.of(room)]).toMatchObject([[], [{ sending: false }]]);
  });

  it('where the crypto fails', async () => {
    const { say, zone, boot, seal, outbox } = await start({ [room]: mine({}, sealedState) });
    boot();
    seal.mockRejectedValueOnce(new Failure('encryption-not-ready', 'gave back a plain event'));
    await say();
    await settled();
    expect([zone.asked('PUT', send), outbox.of(room)]).toMatchObject([[], [{ sending: false }]]);
  });

  it.each(['leave', 'ban', 'knock'])('into a room that one is not in: %s', async (membership) => {
    const { sealer, zone, records } = await start({ [room]: mine() });
    const brief = records.brief(room);
    if (!brief) throw new Error('no such room');
    const as = { leave: 'left', ban: 'left', knock: 'knocked' } as const;
    const told = { ...brief, membership: as[membership as keyof typeof as] };
    vi.spyOn(records, 'joined').mockResolvedValueOnce(told);
    await expect(sealer.seal(room, 'm.room.message', text)).rejects.toMatchObject({ reason: 'forbidden' });
    expect(zone.asked('GET', asksEncryption)).toEqual([]);
  });
});

describe('the server’s word that a room is plain', () => {
  async function plainOnce() {
    const session = await start({ [room]: mine() });
    const close = session.loop.open(room);
    const asked = await session.give(await session.take(), answer('2', { [room]: { timeline: [] } }));
    await session.say();
    (await session.zone.next('GET', asksEncryption)).refuse(404, 'M_NOT_FOUND');
    (await session.zone.next('PUT', send)).reply({ event_id: '$1' });
    await settled();
    const again = async () => {
      await session.say();
      (await session.zone.next('PUT', send)).reply({ event_id: '$2' });
      await settled();
    };
    return { ...session, asked, close, again };
  }

  it('is enough while the conversation is open and the connection stands', async () => {
    const { again, zone } = await plainOnce();
    await again();
    expect(zone.asked('GET', asksEncryption)).toHaveLength(1);
  });

  it('is asked for again once the conversation was closed: encryption may have come unseen', async () => {
    const { close, loop, say, zone, boot, plainly } = await plainOnce();
    boot();
    close();
    loop.open(room);
    await say();
    (await zone.next('GET', asksEncryption)).reply(megolm);
    await zone.next('PUT', send);
    expect(plainly()).toHaveLength(1);
  });

  it('is asked for again once the connection was lost, though the outbox may be back before the sync', async () => {
    const { asked, connection, say, zone, boot, plainly } = await plainOnce();
    boot();
    asked.lose();
    await vi.waitFor(() => expect(connection.current?.state).toBe('waiting'));
    await say();
    (await zone.next('GET', asksEncryption)).reply(megolm);
    await zone.next('PUT', send);
    expect(plainly()).toHaveLength(1);
  });

  it('is asked for again after a connection that was lost and is back', async () => {
    const { asked, connection, loop, take, give, say, zone, boot, plainly } = await plainOnce();
    boot();
    asked.lose();
    await vi.waitFor(() => expect(connection.current?.state).toBe('waiting'));
    loop.stir('person');
    await give(await take(), answer('3'));
    await say();
    (await zone.next('GET', asksEncryption)).reply(megolm);
    await zone.next('PUT', send);
    expect(plainly()).toHaveLength(1);
  });

  it('counts for nothing once the sync tells of encryption', async () => {
    const { asked, give, boot, say, zone, plainly } = await plainOnce();
    boot();
    await give(asked, answer('3', { [room]: { timeline: [sealedState] } }));
    await say();
    await zone.next('PUT', send);
    expect(plainly()).toHaveLength(1);
  });

  it('of a conversation that is not open is asked for each time', async () => {
    const { say, zone } = await start({ [room]: mine() });
    for (let message = 0; message < 2; message++) {
      await say();
      (await zone.next('GET', asksEncryption)).refuse(404, 'M_NOT_FOUND');
      (await zone.next('PUT', send)).reply({ event_id: '$1' });
      await settled();
    }
    expect(zone.asked('GET', asksEncryption)).toHaveLength(2);
  });
});
