import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { event } from '../testing/examples.ts';
import type { Asked } from '../testing/scripted-server.ts';
import { answer, plain, startSync } from '../testing/sync-session.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `fill-${names++}`;
});
const start = () => startSync(name);

/** What is asked for: one range a list, or Synapse fails. */
const ranges = (asked: Asked) =>
  Object.values(asked.body.lists as Record<string, { ranges: [number, number][] }>).map(({ ranges }) => {
    expect(ranges).toHaveLength(1);
    return ranges[0] as [number, number];
  });
/** Lists that count so many and name these, in the order of `ranges`. */
const lists = (count: number, ...parts: string[][]) =>
  Object.fromEntries(
    parts.map((room_ids, at) => [at === 0 ? 'all' : 'beside', { count, ops: [{ op: 'SYNC', room_ids }] }])
  );

describe('the window', () => {
  const many = (from: number, to: number) =>
    Object.fromEntries(
      Array.from({ length: to - from }, (_, at) => [
        `!${from + at}`,
        plain([event(`$${from + at}`)], { initial: true })
      ])
    );
  const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `!${from + at}`);
  /** What a server of so many conversations answers: all that is asked for is new. */
  const told = (pos: string, asked: Asked, count: number) => {
    const parts = ranges(asked).map(([from, to]) => [from, Math.min(to + 1, count)] as const);
    const rooms = Object.assign({}, ...parts.map(([from, to]) => many(from, to)));
    return answer(pos, rooms, { lists: lists(count, ...parts.map(([from, to]) => ids(from, to))) });
  };

  it('is read to the end of the list in stripes, then once in one piece, and is small again', async () => {
    const { take, give, records, store } = await start();
    let asked = await take();
    expect([ranges(asked), asked.query.get('pos'), asked.query.get('timeout')]).toEqual([[[0, 19]], null, '0']);
    asked = await give(asked, told('1', asked, 250));
    const first = [0, 19];
    expect([ranges(asked), asked.query.get('pos'), asked.query.get('timeout')]).toEqual([[first, [20, 119]], '1', '0']);
    asked = await give(asked, told('2', asked, 250));
    expect(ranges(asked)).toEqual([first, [120, 219]]);
    asked = await give(asked, told('3', asked, 250));
    expect(ranges(asked)).toEqual([first, [220, 319]]);
    asked = await give(asked, told('4', asked, 250));
    expect(ranges(asked)).toEqual([[0, 319]]);
    asked = await give(asked, answer('5', {}, { count: 250, ids: ids(0, 250) }));
    expect([ranges(asked), asked.query.get('timeout')]).toEqual([[first], '30000']);
    expect([records.summary.total, (await store.positions()).list]).toEqual([250, '5']);
    expect((await store.positions()).fill).toBeUndefined();
  });

  it('of few conversations is read in one piece', async () => {
    const { take, give } = await start();
    let asked = await take();
    asked = await give(asked, told('1', asked, 70));
    asked = await give(asked, told('2', asked, 70));
    expect([ranges(asked), asked.query.get('timeout')]).toEqual([[[0, 19]], '30000']);
  });

  it('finds at the end what moved while it was read', async () => {
    const { take, give, records } = await start();
    let asked = await take();
    for (const pos of ['1', '2', '3']) asked = await give(asked, told(pos, asked, 130));
    expect(ranges(asked)).toEqual([[0, 219]]);
    const { '!130': moved } = many(130, 131);
    await give(asked, answer('4', { '!130': moved ?? {} }, { count: 131, ids: ids(0, 131) }));
    expect(records.summary.total).toBe(131);
  });

  it('widens while all in it is new, and no further', async () => {
    const first = await start();
    let asked = await first.take();
    await first.give(asked, told('1', asked, 20));
    await first.stop();
    const { take, give } = await start();
    asked = await take();
    expect([asked.query.get('pos'), ranges(asked)]).toEqual(['1', [[0, 19]]]);
    asked = await give(asked, told('2', asked, 200));
    expect(ranges(asked)).toEqual([
      [0, 19],
      [20, 119]
    ]);
    asked = await give(asked, answer('3', many(20, 30), { lists: lists(200, ids(0, 20), ids(20, 120)) }));
    expect(ranges(asked)).toEqual([[0, 19]]);
  });

  it('goes on after a reload in the middle, where it was', async () => {
    const first = await start();
    let asked = await first.take();
    for (const pos of ['1', '2']) asked = await first.give(asked, told(pos, asked, 250));
    await first.stop();
    const { take, give, records } = await start();
    asked = await take();
    expect([asked.query.get('pos'), ranges(asked)]).toEqual([
      '2',
      [
        [0, 19],
        [120, 219]
      ]
    ]);
    for (const pos of ['3', '4', '5']) asked = await give(asked, told(pos, asked, 250));
    expect([ranges(asked), records.summary.total]).toEqual([[[0, 19]], 250]);
  });

  it('reads again after a reload in the middle of widening, for there may be news since, and at least as far', async () => {
    const first = await start();
    let asked = await first.take();
    await first.give(asked, told('1', asked, 20));
    await first.stop();
    const second = await start();
    asked = await second.take();
    for (const pos of ['2', '3']) asked = await second.give(asked, told(pos, asked, 400));
    expect(ranges(asked)[1]).toEqual([120, 219]);
    await second.stop();
    const { take, give } = await start();
    asked = await take();
    expect([asked.query.get('pos'), ranges(asked)[1]]).toEqual(['3', [20, 119]]);
    const quiet = (pos: string) =>
      answer(pos, {}, { lists: lists(400, ...ranges(asked).map(([from, to]) => ids(from, to + 1))) });
    asked = await give(asked, quiet('4'));
    expect(ranges(asked)[1]).toEqual([120, 219]);
    asked = await give(asked, quiet('5'));
    expect(ranges(asked)).toEqual([[0, 19]]);
  });

  it('comes to an end whatever the server counts', async () => {
    const { take, give, records } = await start();
    let asked = await take();
    asked = await give(asked, answer('1', many(0, 20), { count: 1e12, ids: ids(0, 20) }));
    const counting = (stripe: string[]) => ({ lists: lists(1e12, ids(0, 20), stripe) });
    asked = await give(asked, answer('2', many(20, 50), counting(ids(20, 50))));
    asked = await give(asked, answer('3', {}, counting([])));
    expect(ranges(asked)).toEqual([[0, 219]]);
    asked = await give(asked, answer('4', {}, { count: 1e12, ids: ids(0, 3) }));
    expect([ranges(asked), asked.query.get('timeout')]).toEqual([[[0, 19]], '30000']);
    // It named fewer than it counted: nothing is forgotten by its word.
    expect(records.summary.total).toBe(50);
  });
});
