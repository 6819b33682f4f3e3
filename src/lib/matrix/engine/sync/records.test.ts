import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomId } from '../../values.ts';
import { id, me, megolm, member, otherRoom, room, update } from '../testing/examples.ts';
import { nothingUnread, type Unread } from '../unread/unread.ts';
import { briefOf } from './brief.ts';
import { fold, type RoomRecord } from './record.ts';
import { Records } from './records.ts';

const record = (id: RoomId, more: Partial<RoomRecord> = {}): RoomRecord => ({
  ...fold(undefined, id, update({ required_state: [member(me, 'join')] }), me),
  ...more
});
const life = new AbortController().signal;

const order = (records: Records) => [...records.listed()].map(({ id }) => id);

const unread = (count: number): Unread => ({
  ...nothingUnread,
  events: Array.from({ length: count }, (_, at) => ({ id: id(`$${at}`), at, thread: null, kind: 'message' }))
});
const sum = (count: number) => ({ count, exact: true, mentions: 0 });

describe('the list', () => {
  it('has invitations first, then the newest, and nothing that one has left', () => {
    const records = new Records([
      record('!a' as RoomId, { bump: 1 }),
      record('!b' as RoomId, { bump: 9 }),
      record('!c' as RoomId, { bump: 2, membership: 'invited' }),
      record('!d' as RoomId, { bump: 99, membership: 'left' }),
      record('!e' as RoomId, { bump: 9 })
    ]);
    expect(order(records)).toEqual(['!c', '!b', '!e', '!a']);
    expect(records.rows({ start: 1, end: 3 })?.map(({ id }) => id)).toEqual(['!b', '!e']);
  });

  it('keeps its order and its sums through whatever changes', () => {
    const change = fc.record({
      id: fc.integer({ min: 0, max: 12 }),
      bump: fc.integer({ min: 0, max: 5 }),
      membership: fc.constantFrom('joined', 'invited', 'knocked', 'left' as const),
      count: fc.integer({ min: 0, max: 3 }),
      gone: fc.boolean()
    });
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 12 }), (batches) => {
        const records = new Records([]);
        for (const batch of batches)
          records.apply(
            batch.map(({ id, bump, membership, count }) =>
              record(`!${id}` as RoomId, { bump, membership, unread: unread(count) })
            ),
            batch.filter(({ gone }) => gone).map(({ id }) => `!${id}` as RoomId)
          );
        const all = records.ids().flatMap((id) => records.get(id) ?? []);
        const fresh = new Records(all);
        expect([order(records), records.summary]).toEqual([order(fresh), fresh.summary]);
      })
    );
  });

  it('is not known until somebody has told of it, were it empty', () => {
    const records = new Records([]);
    expect([records.known, records.rows({ start: 0, end: 9 })]).toEqual([false, undefined]);
    const heard = vi.fn();
    records.onChange(heard);
    records.apply([]);
    expect([records.known, heard.mock.calls.length]).toEqual([true, 1]);
    records.apply([]);
    expect(heard).toHaveBeenCalledOnce();
    expect(new Records([record(room)]).known).toBe(true);
  });

  it('says what changed, and nothing of what did not', () => {
    const [one, two] = [record(room), record(otherRoom)];
    const records = new Records([one, two]);
    const heard: string[][] = [];
    const leave = records.onChange((changed) => heard.push([...changed]));
    records.apply([one, { ...two, bump: 5 }]);
    records.apply([one, two].slice(0, 1));
    records.apply([], [room, '!unknown' as RoomId]);
    leave();
    records.apply([record(room)]);
    expect(heard).toEqual([[otherRoom], [room]]);
  });
});

/** What a store of so many conversations has: the first forty at once, the others when they are read. */
function stored(count: number) {
  const all = Array.from({ length: count }, (_, at) =>
    record(`!${String(at).padStart(4, '0')}` as RoomId, { bump: count - at, unread: unread(1) })
  );
  const read = vi.fn(async (rooms: readonly RoomId[]) => all.filter(({ id }) => rooms.includes(id)));
  const records = new Records(all.slice(0, 40), { summary: { total: count, unread: sum(count) }, read });
  const rest = () => {
    records.add(all.map(briefOf));
    records.complete();
  };
  return { all, read, records, rest };
}

describe('thousands of conversations', () => {
  it('are shown and counted before the others are known, and none of them read', () => {
    const { records, read, all } = stored(5_000);
    expect(records.rows({ start: 0, end: 40 })).toEqual(all.slice(0, 40));
    expect(records.summary).toEqual({ total: 5_000, unread: sum(5_000) });
    expect(records.rows({ start: 0, end: 60 })).toBeUndefined();
    expect(records.look('!4000' as RoomId)).toBeUndefined();
    expect(read).not.toHaveBeenCalled();
  });

  it('are told of once when all are known, and nothing that changed meanwhile is overwritten', async () => {
    const { records, rest, all } = stored(5_000);
    const heard = vi.fn();
    records.onChange(heard);
    const [first] = all;
    if (first) records.apply([{ ...first, unread: unread(0) }]);
    rest();
    await records.whole;
    expect(heard).toHaveBeenCalledTimes(2);
    expect([records.summary, order(records).length]).toEqual([{ total: 5_000, unread: sum(4_999) }, 5_000]);
    expect(records.look('!9999' as RoomId)).toBeNull();
  });

  it('are read where somebody looks, each once, and there when they are', async () => {
    const { records, rest, read, all } = stored(5_000);
    rest();
    const heard = vi.fn();
    records.onChange(heard);
    const look = () => records.rows({ start: 3_000, end: 3_040 });
    expect([look(), look()]).toEqual([undefined, undefined]);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce());
    expect(look()).toEqual(all.slice(3_000, 3_040));
    expect(read).toHaveBeenCalledOnce();
  });

  it('that somebody else is reading are told of all the same', async () => {
    const { records, rest, read } = stored(200);
    rest();
    const heard = vi.fn();
    records.onChange(heard);
    const reading = records.read(['!0100' as RoomId]);
    expect(records.look('!0100' as RoomId)).toBeUndefined();
    await reading;
    expect([heard.mock.calls.length, read.mock.calls.length]).toEqual([1, 1]);
    expect(records.look('!0100' as RoomId)).toMatchObject({ id: '!0100' });
  });

  it('do not stay in memory when nobody looks any more', async () => {
    const { records, rest, read, all } = stored(5_000);
    rest();
    const [pinned, left] = [all[100], all[101]];
    if (!pinned || !left) throw new Error('no such records');
    const unpin = records.pin([pinned.id]);
    await records.read(all.map(({ id }) => id));
    records.apply([{ ...left, bump: 9_999 }]);
    read.mockClear();
    await records.read([pinned.id, left.id]);
    expect(read).not.toHaveBeenCalled();
    unpin();
    records.takeChanges();
    await records.read(all.map(({ id }) => id));
    records.apply([{ ...pinned, bump: 10_000 }]);
    records.takeChanges();
    // Taken for a new conversation, what only we remember of it would be lost.
    expect(() => records.get(left.id)).toThrow(/has not been read/);
  });

  it('cost a change no more than hundreds', () => {
    const compared = (count: number) => {
      const { records, rest, all } = stored(count);
      rest();
      const spy = vi.spyOn(Math, 'min');
      const last = all.at(-1);
      if (last) records.apply([{ ...last, bump: count + 1 }]);
      const calls = spy.mock.calls.length;
      spy.mockRestore();
      expect(order(records)[0]).toBe(last?.id);
      return calls;
    };
    expect(compared(5_000)).toBeLessThan(2 * compared(200));
  });

  it('whose record is lost are still known to be encrypted', async () => {
    const { records, all, read } = stored(50);
    records.add(all.map((one) => ({ ...briefOf(one), encryption: megolm })));
    records.complete();
    read.mockResolvedValueOnce([]);
    await records.read(['!0045' as RoomId]);
    expect(records.get('!0045' as RoomId)).toMatchObject({ encryption: megolm, membership: 'joined', name: null });
  });
});

describe('changes for the store', () => {
  it('are each record once, what is gone, the sums, and what is found to be encrypted', () => {
    const records = new Records([record(room)]);
    expect(records.takeChanges()).toMatchObject({ rooms: [], gone: [], encrypted: [] });
    const sealed = record(otherRoom, { encryption: megolm, unread: unread(2) });
    records.apply([sealed], [room]);
    records.apply([{ ...sealed, bump: 2 }]);
    expect(records.takeChanges()).toEqual({
      rooms: [{ ...sealed, bump: 2 }],
      gone: [room],
      encrypted: [{ room: otherRoom, content: megolm }],
      summary: { total: 1, unread: sum(2) }
    });
    records.apply([{ ...sealed, bump: 3 }]);
    expect(records.takeChanges()).toMatchObject({ gone: [], encrypted: [] });
  });
});

describe('a room just made or joined', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    return () => vi.useRealTimers();
  });

  it('may be written to before the sync tells of it, and no longer than it is expected', () => {
    const records = new Records([]);
    expect(records.has(room)).toBe(false);
    records.expect(room);
    expect(records.has(room)).toBe(true);
    records.apply([record(room)]);
    records.apply([], [room]);
    expect(records.has(room)).toBe(false);
  });

  it('is waited for', async () => {
    const records = new Records([record(room, { membership: 'invited' })]);
    const joining = records.joined(room, life);
    records.apply([record(otherRoom)]);
    records.apply([record(room)]);
    expect(await joining).toMatchObject({ id: room, membership: 'joined' });
    expect(await records.joined(room, life)).toMatchObject({ membership: 'joined' });
  });

  it('is not waited for when all ends, and is as it is, or not known', async () => {
    const records = new Records([record(room, { membership: 'knocked' })]);
    const end = new AbortController();
    const [known, unknown] = [records.joined(room, end.signal), records.joined(otherRoom, end.signal)];
    const outcome = Promise.allSettled([known, unknown]);
    end.abort();
    expect(await outcome).toMatchObject([
      { status: 'fulfilled', value: { membership: 'knocked' } },
      { status: 'rejected', reason: { reason: 'not-found' } }
    ]);
  });
});
