import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Stir } from '../../channel.ts';
import { Listeners } from '../listeners.ts';
import { AccountStore, Names } from '../store/database.ts';
import { me } from '../testing/examples.ts';
import { ScriptedServer, settled, type Asked } from '../testing/scripted-server.ts';
import { cryptoLoop, type CryptoFeed } from './crypto-loop.ts';

const sync = /simplified_msc3575\/sync$/;

let names = 0;
let name: string;
beforeEach(() => {
  name = `crypto-loop-${names++}`;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  return () => vi.useRealTimers();
});

async function start() {
  const zone = new ScriptedServer();
  const life = new AbortController();
  const store = await AccountStore.open(new Names(name), me);
  const crypto = {
    before: vi.fn<CryptoFeed['before']>(),
    feed: vi.fn<CryptoFeed['feed']>(),
    forgetDevices: vi.fn<CryptoFeed['forgetDevices']>()
  };
  crypto.before.mockResolvedValue(null);
  crypto.feed.mockResolvedValue(undefined);
  crypto.forgetDevices.mockResolvedValue(undefined);
  const [onSynced, onSignedOut] = [vi.fn(), vi.fn()];
  const stirs = new Listeners<(why: Stir) => void>();
  const running = cryptoLoop({ server: zone.server, store, crypto, stirs, onSynced, onSignedOut }, life.signal);
  const stop = async () => {
    life.abort();
    await running;
    await store.close();
  };
  onTestFinished(stop);
  const take = () => zone.next('POST', sync);
  return { zone, store, crypto, stirs, onSynced, onSignedOut, running, take, stop };
}

const message = { type: 'm.room.encrypted', sender: '@anna:zone.test', content: {} };
const answer = (pos: string, batch: string, events: unknown[] = []) => ({
  pos,
  extensions: { to_device: { next_batch: batch, events }, e2ee: { device_lists: { changed: ['@anna:zone.test', 5] } } }
});
const since = (asked: Asked) => (asked.body.extensions as { to_device: { since?: string } }).to_device.since;
const said = (asked: Asked) => [asked.query.get('pos'), since(asked), asked.query.get('timeout')];

describe('messages to this device', () => {
  it('are given to the crypto before the position is kept, and asked for from there after a reload', async () => {
    const first = await start();
    const asked = await first.take();
    expect(said(asked)).toEqual([null, undefined, '0']);
    const feeding = Promise.withResolvers<void>();
    first.crypto.feed.mockReturnValueOnce(feeding.promise);
    asked.reply(answer('1', 'b1', [message]));
    await settled();
    expect(await first.store.positions()).toEqual({});
    feeding.resolve();
    expect(said(await first.take())).toEqual(['1', 'b1', '30000']);
    expect(first.crypto.feed.mock.calls[0]?.[0]).toMatchObject({
      to_device: { events: [message] },
      e2ee: { device_lists: { changed: ['@anna:zone.test'] } }
    });
    expect(first.onSynced).toHaveBeenCalledOnce();
    await first.stop();
    const { take, crypto } = await start();
    expect(said(await take())).toEqual(['1', 'b1', '0']);
    expect(crypto.forgetDevices).not.toHaveBeenCalled();
  });

  it('are given to the crypto once it is kept how to undo that, and no longer than until they are taken in', async () => {
    const { take, crypto, store } = await start();
    const taking = [{ sender: 'curve', sessions: [], hashes: 0 }];
    crypto.before.mockResolvedValueOnce(taking);
    const kept = Promise.withResolvers<unknown>();
    crypto.feed.mockImplementationOnce(async () => kept.resolve((await store.positions()).taking));
    (await take()).reply(answer('1', 'b1', [message]));
    expect(await kept.promise).toEqual(taking);
    await take();
    expect((await store.positions()).taking).toBeUndefined();
  });

  it('that the crypto could not keep are asked for again', async () => {
    const { take, crypto, store, onSynced } = await start();
    crypto.feed.mockRejectedValueOnce(new Error('full'));
    (await take()).reply(answer('1', 'b1', [message]));
    await settled();
    expect([await store.positions(), onSynced.mock.calls.length]).toEqual([{}, 0]);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(said(await take())).toEqual([null, undefined, '0']);
  });

  it('of which there are more are asked for at once', async () => {
    const { take } = await start();
    (await take()).reply(answer('1', 'b1', Array(100).fill(message)));
    const asked = await take();
    expect(said(asked)).toEqual(['1', 'b1', '0']);
    asked.reply(answer('2', 'b2', [message]));
    expect(said(await take())).toEqual(['2', 'b2', '30000']);
  });

  it('malformed as a whole are asked for again, not skipped', async () => {
    const { take } = await start();
    (await take()).reply(answer('1', 'b1'));
    (await take()).reply({ pos: '2', extensions: { to_device: { next_batch: 5, events: [message] } } });
    expect(said(await take())).toEqual(['2', 'b1', '30000']);
  });
});

describe('a forgotten position', () => {
  it('keeps the place in the messages, and takes all device lists for changed', async () => {
    const { take, crypto } = await start();
    (await take()).reply(answer('1', 'b1'));
    crypto.forgetDevices.mockClear();
    (await take()).refuse(400, 'M_UNKNOWN_POS');
    expect(said(await take())).toEqual([null, 'b1', '0']);
    expect(crypto.forgetDevices).toHaveBeenCalledOnce();
  });

  it('said of a beginning is a failure: it is not asked again and again', async () => {
    const { take, zone } = await start();
    (await take()).refuse(400, 'M_UNKNOWN_POS');
    await settled();
    expect(zone.log).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_200);
    await take();
  });
});

it('device lists that cannot be forgotten are tried again: the loop does not die of it', async () => {
  const { take, crypto } = await start();
  (await take()).reply(answer('1', 'b1'));
  crypto.forgetDevices.mockClear().mockRejectedValueOnce(new Error('closed'));
  (await take()).refuse(400, 'M_UNKNOWN_POS');
  await settled();
  await vi.advanceTimersByTimeAsync(1_200);
  await take();
  expect(crypto.forgetDevices).toHaveBeenCalledTimes(2);
});

it('is stirred before it has asked anything without harm', async () => {
  const failed = vi.spyOn(console, 'error').mockReturnValue();
  const { stirs, take } = await start();
  stirs.tell((run) => run('person'));
  await take();
  expect(failed).not.toHaveBeenCalled();
});

it('ends at a refused token', async () => {
  const { take, onSignedOut, running, zone } = await start();
  (await take()).refuse(401, 'M_UNKNOWN_TOKEN');
  await running;
  expect([onSignedOut.mock.calls.length, zone.log.length]).toEqual([1, 1]);
});
