import { MatrixClient } from 'matrix-js-sdk/lib/matrix.js';
import * as v from 'valibot';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RoomId, UserId } from '../../values.ts';
import { AccountData } from '../sync/account-data.ts';
import { response } from '../sync/wire.ts';
import { anna, berta, event, me, megolm, member, state, otherRoom } from '../testing/examples.ts';
import { KeyServer } from '../testing/key-server.ts';
import { settled, type ScriptedServer } from '../testing/scripted-server.ts';
import { Crypto } from './crypto.ts';

const text = { msgtype: 'm.text', body: 'a secret' };
const stale = { encryption: megolm, fresh: false };
const fresh = { encryption: megolm, fresh: true };

let rooms = 0;
let room: RoomId;
let keys: KeyServer;

beforeEach(() => {
  room = `!room${rooms++}` as RoomId;
  keys = new KeyServer();
  keys.state = inRoom(me, anna, berta);
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});

const inRoom = (...users: UserId[]) => [
  state('$e', 'm.room.encryption', megolm),
  ...users.map((user) => member(user, 'join', { name: user }))
];

/** The SDK's real crypto, its keys in memory. */
async function device(user: UserId): Promise<Crypto & { zone: ScriptedServer }> {
  const zone = keys.as(user, `${user}-device`);
  const life = new AbortController();
  onTestFinished(() => life.abort());
  const credentials = { id: user, token: 't', device: `${user}-device`, since: 0, expired: false };
  const accountData = new AccountData(zone.server, user, []);
  const crypto = await Crypto.boot(zone.server, credentials, accountData, { keys: null, life: life.signal });
  const uploaded = () => expect(zone.asked('POST', /keys\/upload$/).length).toBeGreaterThan(0);
  await crypto.feed({});
  await vi.waitFor(uploaded, { timeout: 5_000 });
  await settled();
  return Object.assign(crypto, { zone });
}

const wire = (events: unknown[]) =>
  v.parse(response, { pos: '1', extensions: { to_device: { next_batch: 'b', events } } }).extensions;

/** What the sealed message says to this device. */
async function reads(crypto: Crypto, user: UserId, sealed: { content: Record<string, unknown> }, later = () => {}) {
  await crypto.feed(wire(keys.inbox(user)));
  const raw = event(`$${Math.random()}`, { type: 'm.room.encrypted', sender: me, content: sealed.content });
  return crypto.open(room, raw, later);
}
const session = (sealed: { content: Record<string, unknown> }) => sealed.content.session_id;

// The first case also compiles the WASM.
vi.setConfig({ testTimeout: 30_000 });

describe('sealing', () => {
  it('is readable to who is in the room, and to nobody who reads along', async () => {
    const [mine, hers] = [await device(me), await device(anna)];
    const sealed = await mine.seal(room, 'm.room.message', text, stale);
    expect(sealed.type).toBe('m.room.encrypted');
    expect(JSON.stringify(sealed)).not.toContain('secret');
    expect(await reads(hers, anna, sealed)).toMatchObject({ type: 'm.room.message', content: text });
    const outsider = await device('@eve:zone.test' as UserId);
    expect(await reads(outsider, '@eve:zone.test' as UserId, sealed)).toMatchObject({ cause: expect.any(String) });
    for (const { path, body } of mine.zone.log) expect(path + JSON.stringify(body)).not.toContain('a secret');
  });

  it('need not be opened when it comes back, once, in its room, and as one’s own', async () => {
    const mine = await device(me);
    const { content } = await mine.seal(room, 'm.room.message', text, stale);
    const opened = vi.spyOn(mine.backend, 'decryptEvent');
    const back = (id: string, sender = me, where = room) =>
      mine.open(where, event(id, { type: 'm.room.encrypted', sender, content }), () => {});
    await back('$forged', anna);
    await back('$elsewhere', me, otherRoom);
    expect(opened).toHaveBeenCalledTimes(2);
    expect(await back('$1')).toEqual({ type: 'm.room.message', content: text });
    expect(opened).toHaveBeenCalledTimes(2);
    await back('$again');
    expect(opened).toHaveBeenCalledTimes(3);
  });

  it('gives no key to who left inside a gap, and turns the session so that the old one does not open it', async () => {
    const [mine, hers, left] = [await device(me), await device(anna), await device(berta)];
    const before = await mine.seal(room, 'm.room.message', text, stale);
    expect(await reads(left, berta, before)).toMatchObject({ content: text });
    keys.state = inRoom(me, anna);
    keys.told.length = 0;
    const after = await mine.seal(room, 'm.room.message', text, stale);
    expect(session(after)).not.toBe(session(before));
    expect(keys.told).toEqual([anna]);
    expect(await reads(hers, anna, after)).toMatchObject({ content: text });
    expect(await reads(left, berta, after)).toHaveProperty('cause');
  });

  it.each(['before', 'within'] as const)('waits for a network that is lost %s an answer', async (when) => {
    const mine = await device(me);
    mine.zone.on('GET', /\/state$/, (asked) => asked.lose(when));
    await expect(mine.seal(room, 'm.room.message', text, stale)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('gives no key to who left live', async () => {
    const [mine, left] = [await device(me), await device(berta), await device(anna)];
    await mine.seal(room, 'm.room.message', text, stale);
    mine.takeState(room, [member(berta, 'leave')]);
    keys.told.length = 0;
    const after = await mine.seal(room, 'm.room.message', text, fresh);
    expect(keys.told).toEqual([anna]);
    expect(await reads(left, berta, after)).toHaveProperty('cause');
  });

  it('gives no key to who left, whatever else is in the state', async () => {
    const mine = await device(me);
    await device(anna);
    await device(berta);
    await mine.seal(room, 'm.room.message', text, stale);
    const odd = member(anna, 'join', { content: { membership: 'join', displayname: { a: 1 } } });
    mine.takeState(room, [odd, member(berta, 'leave')]);
    keys.told.length = 0;
    await mine.seal(room, 'm.room.message', text, fresh);
    expect(keys.told).toEqual([anna]);
    keys.state = [
      ...inRoom(me),
      odd,
      { type: 'm.room.power_levels', state_key: '', sender: anna, content: null },
      null
    ].filter(Boolean);
    await expect(mine.seal(room, 'm.room.message', text, stale)).resolves.toHaveProperty('type', 'm.room.encrypted');
  });

  it('asks for the members unless they are known to be today’s', async () => {
    const mine = await device(me);
    const asked = () => mine.zone.asked('GET', /\/state$/).length;
    await mine.seal(room, 'm.room.message', text, fresh);
    expect(asked()).toBe(1);
    await mine.seal(room, 'm.room.message', text, fresh);
    expect(asked()).toBe(1);
    await mine.seal(room, 'm.room.message', text, stale);
    expect(asked()).toBe(2);
  });

  it('goes by the record where the server no longer shows the room as encrypted', async () => {
    const mine = await device(me);
    keys.state = [member(me, 'join')];
    await expect(mine.seal(room, 'm.room.message', text, stale)).resolves.toHaveProperty('type', 'm.room.encrypted');
  });

  it.each([{}, { algorithm: 'none' }, { algorithm: 'm.megolm.v1.aes-sha2', rotation_period_ms: 'soon' }])(
    'with a setting that nobody understands gives nothing that is readable: %j',
    async (encryption) => {
      const mine = await device(me);
      keys.state = [state('$e', 'm.room.encryption', encryption), member(me, 'join')];
      const sealing = mine.seal(room, 'm.room.message', text, { encryption, fresh: false });
      const outcome = await sealing.catch((thrown: unknown) => thrown);
      expect(outcome instanceof Error || JSON.stringify(outcome).includes('ciphertext')).toBe(true);
      expect(JSON.stringify(outcome)).not.toContain('secret');
    }
  );

  it('is refused to who is not in the room', async () => {
    const mine = await device(me);
    keys.state = inRoom(anna);
    await expect(mine.seal(room, 'm.room.message', text, stale)).rejects.toMatchObject({ reason: 'forbidden' });
  });

  it('is refused where the members cannot be read', async () => {
    const mine = await device(me);
    mine.zone.on('GET', /\/state$/, (asked) => asked.lose());
    await expect(mine.seal(room, 'm.room.message', text, stale)).rejects.toMatchObject({ reason: 'unreachable' });
    mine.zone.on('GET', /\/state$/, (asked) => asked.refuse(403, 'M_FORBIDDEN'));
    await expect(mine.seal(room, 'm.room.message', text, stale)).rejects.toMatchObject({ reason: 'forbidden' });
  });

  it.each([text, { 'm.relates_to': {} }])('fails where the crypto gives back a plain event: %j', async (content) => {
    const mine = await device(me);
    vi.spyOn(mine.backend, 'encryptEvent').mockResolvedValueOnce(undefined);
    await expect(mine.seal(room, 'm.room.message', content, stale)).rejects.toMatchObject({
      reason: 'encryption-not-ready'
    });
  });
});

describe('opening', () => {
  it('what has no key yet waits, and says so once it has come', async () => {
    const [mine, hers] = [await device(me), await device(anna)];
    const sealed = await mine.seal(room, 'm.room.message', text, stale);
    const kept = keys.inbox(anna);
    const [later, alsoLater] = [vi.fn(), vi.fn()];
    const warned = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const raw = event('$1', {
      type: 'm.room.encrypted',
      sender: me,
      content: sealed.content,
      origin_server_ts: Date.now()
    });
    for (const waiter of [later, alsoLater, later])
      expect(await hers.open(room, raw, waiter)).toEqual({ cause: 'waiting' });
    const held = hers.backend as unknown as { eventDecryptor: { eventsPendingKey: Map<string, unknown> } };
    expect(held.eventDecryptor.eventsPendingKey.size).toBe(0);
    expect(warned.mock.calls.flat().join()).not.toContain('decrypting');
    await hers.feed(wire(kept));
    await vi.waitFor(() => expect([later.mock.calls.length, alsoLater.mock.calls.length]).toEqual([1, 1]));
    expect(await hers.open(room, raw, later)).toMatchObject({ content: text });
  });

  it('what is refused us says so at once', async () => {
    const [mine, hers] = [await device(me), await device(anna)];
    const { content } = await mine.seal(room, 'm.room.message', text, stale);
    keys.inbox(anna);
    const raw = event('$1', { type: 'm.room.encrypted', sender: me, content, origin_server_ts: Date.now() });
    const later = vi.fn();
    expect(await hers.open(room, raw, later)).toEqual({ cause: 'waiting' });
    const refusal = {
      algorithm: 'm.megolm.v1.aes-sha2',
      room_id: room,
      session_id: content.session_id,
      sender_key: content.sender_key,
      code: 'm.unauthorised',
      reason: 'no'
    };
    await hers.feed(wire([{ type: 'm.room_key.withheld', sender: me, content: refusal }]));
    await vi.waitFor(() => expect(later).toHaveBeenCalledOnce());
    expect(await hers.open(room, raw, later)).toEqual({ cause: 'no-key' });
  });

  it.each([
    {},
    { algorithm: 5 },
    { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: {}, session_id: [] },
    { ciphertext: 'x' }
  ])('what is no encrypted event is unreadable, not fatal: %j', async (content) => {
    const mine = await device(me);
    expect(await mine.open(room, event('$1', { type: 'm.room.encrypted', content }), () => {})).toHaveProperty('cause');
  });
});

describe('what comes to the device', () => {
  it('malformed does not spoil what is well formed', async () => {
    const [mine, hers] = [await device(me), await device(anna)];
    const sealed = await mine.seal(room, 'm.room.message', text, stale);
    const odd = [
      null,
      5,
      {},
      { type: 'm.room_key', sender: 5, content: {} },
      { type: 'm.room_key', sender: 'nobody', content: {} },
      { type: 'm.room.encrypted', sender: me, content: {} },
      { type: 'm.room.encrypted', sender: me, content: { algorithm: 'm.olm.v1.curve25519-aes-sha2', ciphertext: 5 } },
      { type: 'm.key.verification.request', sender: me, content: {} },
      { type: 'm.key.verification.cancel', sender: me },
      { type: 'm.secret.send', sender: me, content: { secret: {} } }
    ];
    await hers.feed(wire([...odd, ...keys.inbox(anna)]));
    expect(await reads(hers, anna, sealed)).toMatchObject({ content: text });
  });

  it('that could not be kept is not taken for kept', async () => {
    const hers = await device(anna);
    vi.spyOn(hers.backend, 'processSyncChanges').mockRejectedValueOnce(new Error('the store is full'));
    await expect(hers.feed({})).rejects.toThrow('full');
  });
});

it('ended while it boots it lets go of everything', async () => {
  const zone = keys.as(me, 'd');
  const life = new AbortController();
  const booted = vi.spyOn(MatrixClient.prototype, 'initRustCrypto').mockImplementation(async () => life.abort());
  const stopped = vi.spyOn(MatrixClient.prototype, 'stopClient');
  onTestFinished(() => [booted, stopped].forEach((spy) => spy.mockRestore()));
  const credentials = { id: me, token: 't', device: 'd', since: 0, expired: false };
  const accountData = new AccountData(zone.server, me, []);
  await Crypto.boot(zone.server, credentials, accountData, { keys: null, life: life.signal });
  expect(stopped).toHaveBeenCalledOnce();
});
