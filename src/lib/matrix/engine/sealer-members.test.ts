import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure.ts';
import { anna, event, member, room } from './testing/examples.ts';
import { mine, sealedState, text, startSealer } from './testing/sealer-session.ts';
import { answer, type WireRoom } from './testing/sync-session.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `sealer-members-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
});
const start = (rooms?: Record<string, WireRoom>) => startSealer(name, rooms);

describe('the members whom a message is sealed for', () => {
  async function sealedOnce() {
    const session = await start({ [room]: mine({}, sealedState) });
    session.boot();
    const close = session.loop.open(room);
    const asked = await session.give(await session.take(), answer('2', { [room]: { timeline: [] } }));
    const fresh = async () => {
      await session.sealer.seal(room, 'm.room.message', text);
      return session.seal.mock.lastCall?.[3].fresh;
    };
    expect(await fresh()).toBe(false);
    return { ...session, asked, close, fresh };
  }

  it('are those known while the conversation is open, and changes are passed on', async () => {
    const { fresh, give, asked, takeState } = await sealedOnce();
    const leave = member(anna, 'leave');
    await give(asked, answer('3', { [room]: { timeline: [leave, event('$1')] } }));
    expect(takeState).toHaveBeenLastCalledWith(room, [leave]);
    expect(await fresh()).toBe(true);
  });

  it.each([{ limited: true }, { initial: true }])('are read again after %j', async (more) => {
    const { fresh, give, asked } = await sealedOnce();
    await give(asked, answer('3', { [room]: { timeline: [], ...more } }));
    expect([await fresh(), await fresh()]).toEqual([false, true]);
  });

  it('are read again after a lost connection', async () => {
    const { fresh, asked, connection, loop, take, give } = await sealedOnce();
    asked.lose();
    await vi.waitFor(() => expect(connection.current?.state).toBe('waiting'));
    expect(await fresh()).toBe(false);
    loop.stir('person');
    await give(await take(), answer('3'));
    expect([await fresh(), await fresh()]).toEqual([false, true]);
  });

  it('are read again once the conversation was closed', async () => {
    const { fresh, close, loop } = await sealedOnce();
    close();
    expect([await fresh(), await fresh()]).toEqual([false, false]);
    loop.open(room);
    expect(await fresh()).toBe(false);
  });

  it.each<[string, WireRoom]>([
    ['a gap', { limited: true, timeline: [] }],
    ['a change of members', { timeline: [member(anna, 'leave')] }]
  ])('are read again where %s came while they were being read', async (_what, news) => {
    const { fresh, close, loop, seal, sealer, take, give } = await sealedOnce();
    close();
    loop.open(room);
    const asked = await take();
    const reading = Promise.withResolvers<void>();
    seal.mockImplementationOnce(async () => {
      await reading.promise;
      return { type: 'm.room.encrypted', content: {} };
    });
    const sealing = sealer.seal(room, 'm.room.message', text);
    await give(asked, answer('3', { [room]: news }));
    reading.resolve();
    await sealing;
    expect(await fresh()).toBe(false);
  });

  it('are read again where reading them or taking a change in failed', async () => {
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    const { fresh, seal, sealer, takeState, give, asked } = await sealedOnce();
    seal.mockRejectedValueOnce(new Failure('unreachable'));
    await expect(sealer.seal(room, 'm.room.message', text)).rejects.toMatchObject({ reason: 'unreachable' });
    expect([await fresh(), await fresh()]).toEqual([false, true]);
    takeState.mockImplementationOnce(() => {
      throw new TypeError('a name that is no text');
    });
    await give(asked, answer('3', { [room]: { timeline: [member(anna, 'leave')] } }));
    expect(await fresh()).toBe(false);
  });
});
