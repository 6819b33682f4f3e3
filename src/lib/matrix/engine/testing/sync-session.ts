import { onTestFinished } from 'vitest';
import { Cell } from '../../live.ts';
import type { Connection, RoomId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { AccountStore, Names } from '../store/database.ts';
import { AccountData } from '../sync/account-data.ts';
import type { RoomNews } from '../sync/intake.ts';
import { ListLoop } from '../sync/list-loop.ts';
import type { RoomRecord } from '../sync/record.ts';
import { Records } from '../sync/records.ts';
import { me, member } from './examples.ts';
import { ScriptedServer, type Asked } from './scripted-server.ts';

export const sync = /simplified_msc3575\/sync$/;
export const messages = /\/messages$/;

/** What a room of an answer says on the wire. */
export type WireRoom = Record<string, unknown>;

export function answer(
  pos: string,
  rooms: Record<string, WireRoom> = {},
  more: { count?: number; ids?: string[]; lists?: unknown; extensions?: unknown } = {}
) {
  const { count, ids = Object.keys(rooms), ...rest } = more;
  return { pos, lists: { all: { count: count ?? ids.length, ops: [{ op: 'SYNC', room_ids: ids }] } }, rooms, ...rest };
}

export const plain = (timeline: RawEvent[], more: WireRoom = {}): WireRoom => ({
  required_state: [member(me, 'join')],
  timeline,
  bump_stamp: 1,
  ...more
});
export const receipt = (roomId: string, user: UserId, name: string, ts: number) => ({
  extensions: {
    receipts: { rooms: { [roomId]: { type: 'm.receipt', content: { [name]: { 'm.read': { [user]: { ts } } } } } } }
  }
});

/** The records that a store keeps. */
export async function kept(store: AccountStore): Promise<RoomRecord[]> {
  const ids = new Set<RoomId>();
  for await (const briefs of store.briefs()) for (const { id } of briefs) ids.add(id);
  return store.records([...ids]);
}

/** A loop on the store of that name, as a session starts one; it ends with the test. `open`: of a sealed event. */
export async function startSync(name: string, open: () => Promise<void> = async () => undefined) {
  const zone = new ScriptedServer();
  const life = new AbortController();
  const store = await AccountStore.open(new Names(name), me);
  const { rooms, summary, accountData: known } = store.start;
  const records = new Records(rooms, { summary, read: (rooms) => store.records(rooms) });
  const accountData = new AccountData(zone.server, me, known);
  const connection = new Cell<Connection>({ state: 'connecting' });
  const loop = new ListLoop({ server: zone.server, store, records, accountData, connection, open, me }, life.signal);
  const news: RoomNews[] = [];
  const typing: [RoomId, readonly UserId[]][] = [];
  loop.listen({ news: (one) => news.push(one), typing: (room, people) => typing.push([room, people]) });
  const running = loop.run();
  const stop = async () => {
    life.abort();
    await running;
    await store.close();
  };
  onTestFinished(stop);
  const take = () => zone.next('POST', sync);
  /** Answers the request that hangs, and waits for the one after it. */
  const give = async (asked: Asked, body: unknown) => {
    asked.reply(body);
    return take();
  };
  return { zone, life, store, records, accountData, connection, loop, news, typing, running, stop, take, give };
}
