import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { newTransaction } from '../../transaction.ts';
import type { EventId, Timeline } from '../../values.ts';
import { Uploads } from '../files/uploads.ts';
import { Outbox } from '../outbox.ts';
import { anna, event, me, member, room } from '../testing/examples.ts';
import { settled } from '../testing/scripted-server.ts';
import { answer, plain, startSync } from '../testing/sync-session.ts';
import { Tails } from './tails.ts';
import { Timelines } from './timelines.ts';

const messages = /\/messages$/;

let names = 0;
let name: string;
beforeEach(() => {
  name = `timelines-${names++}`;
});

async function start() {
  const session = await startSync(name);
  const { zone, store, records, loop: list, life } = session;
  const seal = async (_room: unknown, type: string, content: Record<string, unknown>) => ({ type, content });
  const uploads = new Uploads({ server: zone.server, encrypts: async () => false }, life.signal);
  const outbox = new Outbox(
    { server: zone.server, store, seal, find: async () => 'not-sent', uploads, device: 'D' },
    life.signal
  );
  const tails = new Tails({ server: zone.server, store, records }, life.signal);
  const deps = {
    server: zone.server,
    records,
    outbox,
    list,
    crypto: () => undefined,
    tails,
    onSealed: () => undefined,
    me
  };
  const timelines = new Timelines(deps, life.signal);
  const first = await session.give(
    await session.take(),
    answer('1', { [room]: plain([event('$1')], { initial: true }) })
  );
  zone.on('GET', messages, () => ({ chunk: [event('$1')], end: 'p' }));
  return { ...session, timelines, first, outbox };
}
const keys = (timeline: Timeline | undefined) => timeline?.rows.map(({ key }) => key);

describe('the rows of a conversation', () => {
  it('are followed by all who look, until the last one leaves', async () => {
    const { timelines, take, give, loop, zone } = await start();
    const [one, two] = [timelines.rows(room), timelines.rows(room)];
    const [leaveOne, leaveTwo] = [one.subscribe(() => undefined), two.subscribe(() => undefined)];
    const asked = await give(await take(), answer('2', { [room]: plain([event('$2')]) }));
    await settled();
    expect([keys(one.current), keys(two.current)]).toEqual([
      ['$1', '$2'],
      ['$1', '$2']
    ]);
    expect(zone.asked('GET', messages)).toHaveLength(1);
    leaveOne();
    expect(loop.opening(room)).toBeDefined();
    await give(asked, answer('3', { [room]: plain([event('$3')]) }));
    await settled();
    expect([keys(one.current), keys(two.current)]).toEqual([
      ['$1', '$2'],
      ['$1', '$2', '$3']
    ]);
    leaveTwo();
    expect(loop.opening(room)).toBeUndefined();
  });

  it('are followed again by who comes back, beside who looks at them anew', async () => {
    const { timelines, take, give } = await start();
    const held = timelines.rows(room);
    held.subscribe(() => undefined)();
    const other = timelines.rows(room);
    other.subscribe(() => undefined);
    held.subscribe(() => undefined);
    await settled();
    await give(await take(), answer('2', { [room]: plain([event('$2')]) }));
    await settled();
    expect([keys(held.current), keys(other.current)]).toEqual([
      ['$1', '$2'],
      ['$1', '$2']
    ]);
  });

  it('are there at once for a second viewer', async () => {
    const { timelines } = await start();
    timelines.rows(room).subscribe(() => undefined);
    await settled();
    const second = timelines.rows(room);
    second.subscribe(() => undefined);
    expect(keys(second.current)).toEqual(['$1']);
  });

  it('nobody looks at are not read', async () => {
    const { timelines, zone } = await start();
    timelines.rows(room);
    await timelines.older(room);
    expect(zone.asked('GET', messages)).toEqual([]);
  });
});

describe('what one does there', () => {
  it('reaches what was just sent, before its event has come and without the zone', async () => {
    const { timelines, zone, outbox } = await start();
    const rows = timelines.rows(room);
    rows.subscribe(() => undefined);
    await settled();
    const transaction = newTransaction();
    await timelines.send(room, { text: 'at sevn' }, transaction);
    (await zone.next('PUT', /\/send\//)).reply({ event_id: '$own' });
    await settled();
    await timelines.react(room, '$own' as EventId, '👍', true, newTransaction());
    await timelines.edit(room, '$own' as EventId, { text: 'at seven' }, newTransaction());
    await settled();
    expect(rows.current?.rows.at(-1)).toMatchObject({
      key: transaction,
      event: '$own',
      body: { text: 'at seven' },
      edited: true,
      reactions: [{ key: '👍', mine: true }],
      act: { does: 'edit', failed: null }
    });
    expect(zone.asked('GET', /\/event\//)).toEqual([]);
    expect(outbox.of(room)).toHaveLength(2);
    await timelines.delete(room, '$own' as EventId, '', newTransaction());
    await settled();
    expect(rows.current?.rows.at(-1)).toMatchObject({ key: transaction, body: { type: 'deleted' }, reactions: [] });
  });

  it('writing where one is not is refused, not kept', async () => {
    const { timelines, store, first, give } = await start();
    await give(first, answer('2', { [room]: { required_state: [member(me, 'leave')], timeline: [] } }));
    await expect(timelines.send(room, { text: 'hello' }, newTransaction())).rejects.toMatchObject({
      reason: 'not-found'
    });
    expect(await store.outbox()).toEqual([]);
  });

  it('reading counts before the server answers', async () => {
    const { timelines, first, give, records, zone } = await start();
    await give(first, answer('2', { [room]: plain([event('$2'), event('$3')]) }));
    expect(records.get(room)?.unread.events).toHaveLength(2);
    void timelines.markRead(room, '$2' as never);
    expect(records.get(room)?.unread.events).toHaveLength(1);
    void timelines.markRead(room, '$3' as never);
    expect(records.get(room)?.unread.events).toHaveLength(0);
    expect((await zone.next('POST', /read_markers$/)).body).toEqual({ 'm.fully_read': '$2', 'm.read': '$2' });
    for (const asked of zone.asked('POST', /read_markers$/)) asked.reply({});
  });

  it('writing is told for a while, stopping at once', async () => {
    const { timelines, zone } = await start();
    zone.on('PUT', /typing/, () => ({}));
    await timelines.typing(room, true);
    await timelines.typing(room, false);
    const [started, stopped] = zone.asked('PUT', /typing/);
    expect([started?.body, stopped?.body]).toEqual([{ typing: true, timeout: 20_000 }, { typing: false }]);
  });
});

it('who writes is told to who looks', async () => {
  const { timelines, take, give } = await start();
  const rows = timelines.rows(room);
  rows.subscribe(() => undefined);
  const extensions = { typing: { rooms: { [room]: { content: { user_ids: [anna] } } } } };
  await give(await take(), answer('2', {}, { extensions }));
  await settled();
  expect(rows.current?.typing.map(({ id }) => id)).toEqual([anna]);
});
