import { onTestFinished, vi } from 'vitest';
import { newTransaction } from '../../transaction.ts';
import type { RoomId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { CryptoSlot } from '../crypto/slot.ts';
import { Uploads } from '../files/uploads.ts';
import { Outbox } from '../outbox.ts';
import { Sealer } from '../sealer.ts';
import { me, megolm, member, room, state } from './examples.ts';
import { answer, startSync, type WireRoom } from './sync-session.ts';

export const send = /\/send\//;
export const asksEncryption = /\/state\/m\.room\.encryption\/$/;
export const text = { msgtype: 'm.text', body: 'a secret' };

export const sealedState = state('$e', 'm.room.encryption', megolm);
/** A room that one is in, as an answer tells it. */
export const mine = (more: WireRoom = {}, ...state: unknown[]): WireRoom => ({
  required_state: [member(me, 'join'), ...state],
  timeline: [],
  ...more
});

/** A session that is online, on the store of that name, with a crypto that only notes what it is asked. */
export async function startSealer(name: string, rooms: Record<string, WireRoom> = {}) {
  const session = await startSync(name);
  const seal = vi.fn<Crypto['seal']>(async () => ({ type: 'm.room.encrypted', content: { ciphertext: 'x' } }));
  const takeState = vi.fn<Crypto['takeState']>();
  const ready = Promise.withResolvers<Crypto>();
  ready.promise.catch(() => undefined);
  const slot: Partial<CryptoSlot> & { current: Crypto | undefined } = { current: undefined, ready: ready.promise };
  const { zone, records, loop: list, connection, life } = session;
  const deps = { server: zone.server, records, slot: slot as CryptoSlot, list, connection };
  const sealer = new Sealer(deps, life.signal);
  const { seal: sealing } = sealer;
  const uploads = new Uploads({ server: zone.server, encrypts: sealer.encrypts }, life.signal);
  const { store } = session;
  const outbox = new Outbox(
    { server: zone.server, store, seal: sealing, find: async () => 'not-sent', uploads, device: 'D' },
    life.signal
  );
  onTestFinished(() => life.abort());
  const boot = () => {
    slot.current = { seal, takeState } as unknown as Crypto;
    ready.resolve(slot.current);
  };
  const say = (to: RoomId = room) => outbox.add(to, 'm.room.message', text, newTransaction());
  const first = await session.give(await session.take(), answer('1', rooms));
  const plainly = () => zone.asked('PUT', send).filter(({ path }) => !path.includes('/m.room.encrypted/'));
  return { ...session, seal, takeState, boot, ready, sealer, outbox, say, first, plainly };
}
