import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Stir } from '../../channel.ts';
import { Listeners } from '../listeners.ts';
import { AccountStore, Names } from '../store/database.ts';
import { me } from '../testing/examples.ts';
import { ScriptedServer, settled, type Asked } from '../testing/scripted-server.ts';
import { answer, startSync, sync } from '../testing/sync-session.ts';
import { cryptoLoop } from './crypto-loop.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `stirred-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  return () => vi.useRealTimers();
});

/** The connection of rooms. */
async function list() {
  const { zone, take, loop } = await startSync(name);
  return { zone, take, stir: (why: Stir) => loop.stir(why), reply: (pos: string) => answer(pos) };
}

/** The connection of keys. */
async function crypto() {
  const zone = new ScriptedServer();
  const life = new AbortController();
  const store = await AccountStore.open(new Names(name), me);
  const stirs = new Listeners<(why: Stir) => void>();
  const feed = { before: async () => null, feed: async () => undefined, forgetDevices: async () => undefined };
  const hear = { onSynced: () => undefined, onSignedOut: () => undefined };
  const running = cryptoLoop({ server: zone.server, store, crypto: feed, stirs, ...hear }, life.signal);
  onTestFinished(async () => {
    life.abort();
    await running;
    await store.close();
  });
  const stir = (why: Stir) => stirs.tell((run) => run(why));
  return { zone, take: () => zone.next('POST', sync), stir, reply: (pos: string) => ({ pos, extensions: {} }) };
}

describe.each([
  ['of rooms', list],
  ['of keys', crypto]
])('the connection %s', (_which, start) => {
  /** A request that the server holds. */
  async function hanging() {
    const session = await start();
    (await session.take()).reply(session.reply('1'));
    const asked = await session.take();
    expect(asked.query.get('timeout')).toBe('30000');
    return { ...session, asked };
  }
  const said = (asked: Asked) => [asked.query.get('pos'), asked.query.get('timeout')];

  it.each(['slept', 'network'] as const)('leaves a request that may be dead (%s) and asks at once', async (why) => {
    const { asked, stir, take } = await hanging();
    stir(why);
    expect(asked.aborted).toBe(true);
    expect(said(await take())).toEqual(['1', '0']);
  });

  it('keeps one that is held as long as it may be when somebody looks, and leaves one that is overdue', async () => {
    const { asked, stir, take, zone } = await hanging();
    vi.setSystemTime(Date.now() + 31_000);
    stir('person');
    await settled();
    expect([asked.aborted, zone.log.length]).toEqual([false, 2]);
    vi.setSystemTime(Date.now() + 10_000);
    stir('person');
    expect(said(await take())).toEqual(['1', '0']);
    expect(asked.aborted).toBe(true);
  });

  it('does not wait any longer after a failure, and begins with short waits after a change', async () => {
    const { asked, stir, take, zone } = await hanging();
    asked.lose();
    for (let failure = 0; failure < 8; failure++) {
      await settled();
      stir('person');
      (await take()).lose();
    }
    await settled();
    await vi.advanceTimersByTimeAsync(50_000);
    const before = zone.log.length;
    stir('network');
    (await take()).lose();
    await settled();
    await vi.advanceTimersByTimeAsync(1_200);
    await take();
    expect(zone.log.length).toBe(before + 2);
  });

  it('comes back by itself within a minute or so of a server that was away for an hour', async () => {
    const { asked, zone, reply } = await hanging();
    zone.on('POST', sync, (asked) => asked.reply('<html>', { status: 502 }));
    asked.lose();
    await vi.advanceTimersByTimeAsync(3_600_000);
    await settled();
    // Not a flood.
    expect(zone.log.length).toBeLessThan(90);
    let answers = 0;
    zone.on('POST', sync, (asked) => (answers++ === 0 ? reply('2') : void asked));
    await vi.advanceTimersByTimeAsync(67_000);
    await settled();
    expect([answers, zone.log.at(-1)?.query.get('pos')]).toEqual([2, '2']);
  });
});
