import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomId } from '../../values.ts';
import { me, member, otherRoom, room, update } from '../testing/examples.ts';
import { fold, type RoomRecord } from './record.ts';
import { Records } from './records.ts';

const record = (id: RoomId, more: Partial<RoomRecord> = {}): RoomRecord => ({
  ...fold(undefined, id, update({ required_state: [member(me, 'join')] }), me),
  ...more
});
const life = new AbortController().signal;

describe('the list', () => {
  it('has invitations first, then the newest, and nothing that one has left', () => {
    const records = new Records([
      record('!a' as RoomId, { bump: 1 }),
      record('!b' as RoomId, { bump: 9 }),
      record('!c' as RoomId, { bump: 2, membership: 'invited' }),
      record('!d' as RoomId, { bump: 99, membership: 'left' }),
      record('!e' as RoomId, { bump: 9 })
    ]);
    expect(records.sorted().map(({ id }) => id)).toEqual(['!c', '!b', '!e', '!a']);
    expect(records.sorted()).toBe(records.sorted());
  });

  it('is not known until somebody has told of it, were it empty', () => {
    const records = new Records([]);
    expect(records.known).toBe(false);
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

  it('is sorted again only when something changed, fast for thousands', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => record(`!${at}` as RoomId, { bump: at % 97 }));
    const records = new Records(many);
    const start = performance.now();
    for (let change = 0; change < 20; change++) {
      records.apply([record('!7' as RoomId, { bump: 100 + change })]);
      expect(records.sorted()[0]?.id).toBe('!7');
    }
    expect(performance.now() - start).toBeLessThan(2_000);
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
