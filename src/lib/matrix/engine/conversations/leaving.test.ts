import { beforeEach, expect, it, vi } from 'vitest';
import { me, member, room, update } from '../testing/examples.ts';
import { ScriptedServer, settled } from '../testing/scripted-server.ts';
import { fold } from '../sync/record.ts';
import { Records } from '../sync/records.ts';
import { leave } from './leaving.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  return () => vi.useRealTimers();
});

async function start() {
  const zone = new ScriptedServer();
  const record = fold(undefined, room, update({ required_state: [member(me, 'join')] }), me);
  const records = new Records([record]);
  const leaving = leave(room, { server: zone.server, records });
  (await zone.next('POST', /\/leave$/)).reply({});
  await leaving;
  await settled();
  return { zone, records };
}

it('the zone is asked to forget once the sync has told that one has left', async () => {
  const { zone, records } = await start();
  expect(zone.asked('POST', /\/forget$/)).toEqual([]);
  records.apply([], [room]);
  (await zone.next('POST', /\/forget$/)).refuse(500, 'M_UNKNOWN');
  await settled();
});

it('where the sync does not tell, it is asked all the same', async () => {
  const { zone } = await start();
  vi.advanceTimersByTime(10_000);
  (await zone.next('POST', /\/forget$/)).reply({});
});
