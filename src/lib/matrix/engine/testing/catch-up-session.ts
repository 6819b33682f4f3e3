import { vi } from 'vitest';
import type { Crypto, Opened } from '../crypto/crypto.ts';
import { CatchUp } from '../unread/catch-up.ts';
import { nothingUnread, numbersOf } from '../unread/unread.ts';
import { event, me, room } from './examples.ts';
import { answer, plain, startSync, type WireRoom } from './sync-session.ts';

/** What an encrypted event says once it is opened. */
export const says = (body: string, more: Record<string, unknown> = {}): Opened => ({
  type: 'm.room.message',
  content: { msgtype: 'm.text', body, ...more }
});

/** A session that catches up, on the store of that name, with a crypto that comes when the test boots it. */
export async function startCatchUp(name: string) {
  const session = await startSync(name);
  const { zone, store, records, accountData, loop: list, connection, life } = session;
  const keys = new Map<string, Opened>();
  const later = new Map<string, () => void>();
  const open = vi.fn<Crypto['open']>(async (_room, raw, then) => {
    later.set(raw.event_id, then);
    return keys.get(raw.event_id) ?? { cause: 'waiting' };
  });
  let crypto: Crypto | undefined;
  const deps = { server: zone.server, store, records, accountData, list, connection, crypto: () => crypto, me };
  const catchUp = new CatchUp(deps, life.signal);
  const boot = () => {
    crypto = { open } as unknown as Crypto;
    catchUp.wake();
  };
  /** The key of an event that waited comes. */
  const comes = (name: string, opened: Opened) => {
    keys.set(name, opened);
    later.get(name)?.();
  };
  const unread = (of = room) => numbersOf(records.get(of)?.unread ?? nothingUnread);
  const ids = (of = room) => records.get(of)?.unread.events.map(({ id }) => id);
  /** One event is known, then the newest comes with a gap before it. */
  const away = async (newest = event('$9'), more: WireRoom = {}, first: WireRoom = {}) => {
    const asked = await session.give(
      await session.take(),
      answer('1', { [room]: plain([event('$1')], { initial: true, ...first }) })
    );
    return session.give(
      asked,
      answer('2', { [room]: plain([newest], { limited: true, prev_batch: 'p', bump_stamp: 2, ...more }) })
    );
  };
  return { ...session, catchUp, boot, comes, keys, open, unread, ids, away };
}
