import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FoundMessages, RoomId } from '../../values.ts';
import { toConversation } from '../conversations/conversation.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { MessageIndex } from '../store/message-index.ts';
import { fold } from '../sync/record.ts';
import { Records } from '../sync/records.ts';
import type { ListLoop, SyncListener } from '../sync/list-loop.ts';
import { event, me, megolm, member, otherRoom, room, state, update } from '../testing/examples.ts';
import { ScriptedServer, type Asked } from '../testing/scripted-server.ts';
import { Search } from './search.ts';

let count = 0;
const messages = /\/messages$/;
const record = (id: RoomId) =>
  fold(undefined, id, update({ required_state: [member(me, 'join'), state('$e', 'm.room.encryption', megolm)] }), me);
const sealed = (name: string, at: number) =>
  event(name, { type: 'm.room.encrypted', origin_server_ts: at, content: { ciphertext: `bread ${name}` } });
/** A crypto that reads at once. */
const crypto = {
  open: async (_room: RoomId, raw: { content: Record<string, unknown> }) => ({
    type: 'm.room.message',
    content: { msgtype: 'm.text', body: raw.content.ciphertext }
  })
} as unknown as Crypto;

function set(pages: (asked: Asked) => unknown) {
  const zone = new ScriptedServer();
  zone.on('POST', /\/search$/, () => ({ search_categories: { room_events: {} } }));
  zone.on('GET', messages, pages);
  const life = new AbortController();
  const records = new Records([record(room), record(otherRoom)]);
  const index = new MessageIndex(`search-${count++}`);
  let news: SyncListener['news'] = () => undefined;
  const list = {
    listen: (listener: SyncListener) => {
      news = listener.news;
      return () => undefined;
    }
  } as unknown as ListLoop;
  const show = (record: Parameters<typeof toConversation>[0]) =>
    toConversation(record, { me, direct: new Map(), bodyOf: () => null });
  const search = new Search(
    { server: zone.server, records, index, list, crypto: async () => crypto, show, me },
    life.signal
  );
  onTestFinished(async () => {
    life.abort();
    await index.close();
  });
  return { zone, records, search, index, news: (room: RoomId) => news({ room } as Parameters<typeof news>[0]) };
}

/** Once it has looked. */
async function found(search: Search, query: { term: string; room?: RoomId }) {
  const live = search.messages(query);
  const seen: FoundMessages[] = [];
  onTestFinished(live.subscribe((value) => void seen.push(value)));
  await vi.waitUntil(() => live.current && live.current.state !== 'looking');
  return live;
}
const roomIn = ({ path }: Asked) => (path.includes(room) ? room : otherRoom);

describe('looking for messages', () => {
  beforeEach(() => {
    vi.spyOn(console, 'warn').mockReturnValue(undefined);
    return () => vi.restoreAllMocks();
  });

  it('goes back evenly in what is encrypted, and says how far', async () => {
    const now = Date.now();
    // One conversation goes back an hour a page, the other ten.
    const step = { [room]: 3_600_000, [otherRoom]: 36_000_000 };
    const asked: string[] = [];
    const { search } = set((one) => {
      const [at, from] = [roomIn(one), Number(one.query.get('from') ?? 0)];
      asked.push(`${at}${from}`);
      if (from === 3) return { chunk: [], start: 's' };
      return { chunk: [sealed(`${at}${from}`, now - (step[at] ?? 0) * (from + 1))], start: 's', end: String(from + 1) };
    });
    const query = { term: 'bread' };
    const told: (number | null)[] = [];
    onTestFinished(search.messages(query).subscribe(({ since }) => void told.push(since)));
    const live = await found(search, query);
    // The one date is that of the conversation known least far back.
    expect(told).toContain(now - 3 * 3_600_000);
    expect(asked.slice(2)).toEqual(['!room1', '!room2', '!room3', '!other1', '!other2', '!other3']);
    expect(live.current).toMatchObject({ state: 'all', since: null, unreadable: 0, failure: null });
    expect(live.current?.messages.map(({ event }) => event)).toEqual([
      ...['!room0', '!room1', '!room2'],
      ...['!other0', '!other1', '!other2']
    ]);
  });

  it('reads what was read once from where it was kept, and what came since from the zone', async () => {
    const asked: string[] = [];
    const { search, news } = set((one) => {
      asked.push(`${one.query.get('dir')}${one.query.get('from') ?? ''}`);
      if (one.query.get('dir') === 'b') return { chunk: [sealed('$a', 1000)], start: 's1' };
      return one.query.get('from') === 's1' ? { chunk: [sealed('$b', 2000)], end: 's2' } : { chunk: [] };
    });
    const query = { term: 'bread', room };
    const first = await found(search, query);
    expect(first.current?.messages).toHaveLength(1);
    await found(search, { term: '$a', room });
    expect(asked).toEqual(['b']);
    news(room);
    const later = await found(search, { term: 'brea', room });
    expect(asked).toEqual(['b', 'fs1', 'fs2']);
    expect(later.current?.messages.map(({ event }) => event)).toEqual(['$b', '$a']);
    // Who looked before is shown it, too.
    await vi.waitUntil(() => first.current?.messages.length === 2);
  });

  it('passes over a conversation that may not be read, and does not hide that the zone is away', async () => {
    const { search, zone } = set((one) => {
      if (roomIn(one) === otherRoom) return void one.refuse(403, 'M_FORBIDDEN');
      return { chunk: [sealed('$a', 1000)], start: 's1' };
    });
    const live = await found(search, { term: 'bread' });
    expect(live.current).toMatchObject({ state: 'all', failure: null, messages: [{ event: '$a' }] });
    zone.on('POST', /\/search$/, (one) => void one.lose());
    const away = await found(search, { term: 'bread a' });
    expect(away.current).toMatchObject({ state: 'more', failure: 'unreachable' });
  });

  it('asks nobody for nothing', async () => {
    const { search, zone } = set(() => ({ chunk: [] }));
    expect((await found(search, { term: '  ' })).current).toMatchObject({ state: 'all', messages: [] });
    expect(zone.log).toEqual([]);
  });

  it('shows and keeps nothing of what one has left', async () => {
    const { search, records, index } = set((one) => ({ chunk: [sealed(`$${roomIn(one)}`, 1000)], start: 's' }));
    const live = await found(search, { term: 'bread' });
    expect(live.current?.messages).toHaveLength(2);
    records.apply([{ ...record(room), membership: 'left' }]);
    await vi.waitUntil(() => live.current?.messages.length === 1);
    await vi.waitUntil(async () => (await index.reach(room)) === undefined, { timeout: 10_000 });
    expect(await index.reach(otherRoom)).toBeDefined();
  });

  it('does not show what is past its time in a conversation', async () => {
    const { search, records } = set(() => ({ chunk: [sealed('$new', Date.now()), sealed('$old', 1000)], start: 's' }));
    records.apply([{ ...record(room), keeps: 60_000 }]);
    const live = await found(search, { term: 'bread', room });
    expect(live.current?.messages.map(({ event }) => event)).toEqual(['$new']);
  });
});
