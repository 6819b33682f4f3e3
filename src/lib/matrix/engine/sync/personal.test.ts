import { describe, expect, it } from 'vitest';
import { rulesType } from '../conversations/notify.ts';
import { otherRoom, room, update } from '../testing/examples.ts';
import type { RoomId } from '../../values.ts';
import { arrange, arrangedIn } from './personal.ts';
import { emptyRecord, type RoomRecord } from './record.ts';
import { Records } from './records.ts';
import type { SyncResponse } from './wire.ts';

const silence = (...rooms: RoomId[]) => ({
  type: rulesType,
  content: { global: { room: rooms.map((id) => ({ rule_id: id, enabled: true, actions: [] })) } }
});
const tags = (...names: string[]) => ({
  type: 'm.tag',
  content: { tags: Object.fromEntries(names.map((n) => [n, {}])) }
});

type Told = NonNullable<SyncResponse['extensions']['account_data']>;
const answer = (account_data: Partial<Told>, rooms: SyncResponse['rooms'] = {}): SyncResponse => ({
  pos: '1',
  lists: {},
  rooms,
  extensions: { account_data: { global: [], ...account_data } }
});

function known(...records: Partial<RoomRecord>[]) {
  const all = new Records(records.map((record) => ({ ...emptyRecord(room), ...record })));
  return { records: all, accountData: { get: () => undefined as Record<string, unknown> | undefined } };
}

describe('how one has arranged conversations', () => {
  it('is told of those that nothing else happened in', () => {
    const here = known({ id: room }, { id: otherRoom });
    const told = answer({ global: [silence(otherRoom)], rooms: { [room]: [tags('m.favourite')] } });
    expect(arrangedIn(told, here)).toEqual([room, otherRoom]);
    const changed = new Map<RoomId, RoomRecord>();
    arrange(changed, told, here);
    expect([...changed.values()].map(({ id, notify, shelf }) => [id, notify, shelf])).toEqual([
      [room, 'all', 'favourite'],
      [otherRoom, 'mentions', 'usual']
    ]);
  });

  it('stays where nothing is told of it', () => {
    const here = known({ id: room, shelf: 'low' });
    const changed = new Map<RoomId, RoomRecord>();
    arrange(changed, answer({ rooms: { [room]: [{ type: 'm.fully_read', content: {} }] } }), here);
    expect([...changed]).toEqual([]);
  });

  it('is forgotten where all is told anew and nothing of it', () => {
    const here = known({ id: room, shelf: 'low' });
    const changed = new Map<RoomId, RoomRecord>();
    arrange(changed, answer({ rooms: { [room]: [] } }, { [room]: update({ initial: true }) }), here);
    expect(changed.get(room)?.shelf).toBe('usual');
  });

  it('is known of a conversation that is new, by the rules told before', () => {
    const here = { ...known(), accountData: { get: () => silence(room).content } };
    const changed = new Map([[room, emptyRecord(room)]]);
    arrange(changed, answer({}), here);
    expect(changed.get(room)?.notify).toBe('mentions');
  });

  it('is loud again when the rule is gone', () => {
    const here = known({ id: room, notify: 'nothing' });
    const changed = new Map<RoomId, RoomRecord>();
    arrange(changed, answer({ global: [silence()] }), here);
    expect(changed.get(room)?.notify).toBe('all');
  });
});
