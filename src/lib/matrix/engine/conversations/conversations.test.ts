import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Conversation, RoomId, Slice } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { briefOf } from '../sync/brief.ts';
import { fold, type RoomRecord } from '../sync/record.ts';
import { Records } from '../sync/records.ts';
import { anna, berta, event, me, member, update } from '../testing/examples.ts';
import { ScriptedServer, settled } from '../testing/scripted-server.ts';
import { AccountData } from '../sync/account-data.ts';
import { nothing } from '../unread/unread.ts';
import { Conversations } from './conversations.ts';

let life: AbortController;
beforeEach(() => {
  life = new AbortController();
  return () => life.abort();
});

const idOf = (at: number) => `!${String(at).padStart(4, '0')}` as RoomId;
const recordOf = (at: number, bump: number, name: string): RoomRecord => ({
  ...fold(undefined, idOf(at), update({ required_state: [member(me, 'join')], timeline: [event(`$${at}`)] }), me),
  bump,
  name
});

/** So many conversations are kept; the first forty are here, the others once `rest` has been called. */
function start(count: number, named = (at: number) => `${at}`) {
  const zone = new ScriptedServer();
  const all = Array.from({ length: count }, (_, at) => recordOf(at, count - at, named(at)));
  const read = vi.fn(async (rooms: readonly RoomId[]) => all.filter(({ id }) => rooms.includes(id)));
  const records = new Records(all.slice(0, 40), { summary: { total: count, unread: nothing }, read });
  const accountData = new AccountData(zone.server, me, []);
  const deps = { server: zone.server, records, accountData, crypto: () => undefined as Crypto | undefined, me };
  const conversations = new Conversations(deps, life.signal);
  const rest = () => {
    records.add(all.map(briefOf));
    records.complete();
  };
  const watch = (from: number, to: number) => {
    const told: Slice<Conversation>[] = [];
    const feed = conversations.list({ start: from, end: to });
    const stop = feed.subscribe((slice) => told.push(slice));
    return { feed, told, stop };
  };
  return { records, accountData, conversations, rest, watch, read, all };
}

describe('the list of thousands', () => {
  it('is there at once with its total, and nothing has been read for it', () => {
    const { conversations, read } = start(5_000);
    const slice = conversations.list({ start: 0, end: 40 }).current;
    expect([slice?.total, slice?.rows.length, slice?.rows[39]?.id]).toEqual([5_000, 40, idOf(39)]);
    expect(conversations.unread().current).toEqual(nothing);
    expect(read).not.toHaveBeenCalled();
  });

  it('opens a conversation of the first part at once, and waits for the others', async () => {
    const { conversations, rest } = start(200);
    expect(conversations.one(idOf(3)).current?.id).toBe(idOf(3));
    const far = conversations.one(idOf(150));
    const told: (Conversation | null)[] = [];
    far.subscribe((one) => told.push(one));
    expect(far.current).toBeUndefined();
    rest();
    await settled();
    expect(told.map((one) => one?.id)).toEqual([idOf(150)]);
    expect(conversations.one('!nowhere' as RoomId).current).toBeNull();
  });

  it('reads what one scrolls to, and lets it go', async () => {
    const { rest, watch, read } = start(1_000);
    rest();
    const far = watch(600, 640);
    expect(far.feed.current).toBeUndefined();
    await settled();
    expect(far.told.map(({ rows }) => rows.map(({ id }) => id))).toEqual([
      Array.from({ length: 40 }, (_, at) => idOf(600 + at))
    ]);
    expect(read.mock.calls.flatMap(([rooms]) => rooms)).toHaveLength(40);
  });

  it('is searched to its end, and only what is found is read', async () => {
    const { rest, conversations, read } = start(3_000, (at) => `Sala ${at}`);
    const found: (string | undefined)[][] = [];
    conversations.search('SALA 299').subscribe((rows) => found.push(rows.map(({ name }) => name)));
    expect(found).toEqual([]);
    rest();
    await settled();
    expect(found).toEqual([
      ['Sala 299', 'Sala 2990', 'Sala 2991', 'Sala 2992', 'Sala 2993', 'Sala 2994', 'Sala 2995', 'Sala 2996']
    ]);
    expect(read.mock.calls.flatMap(([rooms]) => rooms)).toHaveLength(8);
  });

  it('shows more than is kept in memory, and reads it once', async () => {
    const { rest, watch, read } = start(1_000);
    rest();
    const all = watch(0, 1_000);
    await settled();
    expect(all.told.at(-1)?.rows).toHaveLength(1_000);
    await settled();
    expect(read).toHaveBeenCalledOnce();
  });
});

describe('a change', () => {
  it('is told to who sees it, and to nobody else', async () => {
    const { rest, watch, records, all } = start(200);
    rest();
    const [top, below] = [watch(0, 40), watch(60, 100)];
    await settled();
    const before = [top.told.length, below.told.length];
    const last = all[199];
    if (last) records.apply([{ ...last, topic: 'new' }]);
    expect([top.told.length, below.told.length]).toEqual(before);
    const seventy = all[70];
    if (seventy) records.apply([{ ...seventy, topic: 'new' }]);
    expect([top.told.length, below.told.length]).toEqual([before[0], Number(before[1]) + 1]);
  });

  it('leaves the rows that are as they were the same', () => {
    const { watch, records, all } = start(40);
    const top = watch(0, 40);
    const first = top.feed.current;
    const third = all[2];
    if (third) records.apply([{ ...third, topic: 'new' }]);
    const now = top.feed.current;
    expect(now?.rows[2]?.topic).toBe('new');
    const same = now?.rows.filter((row, at) => row === first?.rows[at]).length;
    expect(same).toBe(39);
  });

  it('of whom a conversation is with is told', () => {
    const { watch, accountData } = start(40);
    const top = watch(0, 40);
    accountData.take([{ type: 'm.direct', content: { [anna]: [idOf(5)] } }]);
    expect(top.feed.current?.rows[5]?.person?.id).toBe(anna);
    accountData.take([{ type: 'm.direct', content: { [berta]: [idOf(5)] } }]);
    expect(top.feed.current?.rows[5]?.person?.id).toBe(berta);
    const { length } = top.told;
    accountData.take([{ type: 'm.direct', content: { [berta]: [idOf(5)], [anna]: ['!elsewhere'] } }]);
    expect(top.told).toHaveLength(length);
  });
});
