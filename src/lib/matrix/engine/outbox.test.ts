import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure.ts';
import { newTransaction } from '../transaction.ts';
import type { Seal } from './request.ts';
import { otherRoom, room } from './testing/examples.ts';
import { said, send, startOutbox, took, transactionOf } from './testing/outbox-session.ts';
import { settled, type Asked } from './testing/scripted-server.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `outbox-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  return () => vi.useRealTimers();
});
const start = (seal?: Seal) => startOutbox(name, { seal });

describe('a message', () => {
  it('is kept before the network is asked, sent, and forgotten', async () => {
    const { say, next, store, outbox, sent } = await start();
    const transaction = await say('hello');
    expect(await store.outbox()).toMatchObject([{ transaction, room, content: { body: 'hello' }, failed: null }]);
    const asked = await next();
    expect(asked.path).toBe(`/_matrix/client/v3/rooms/${room}/send/m.room.message/${transaction}`);
    took(asked, '$1');
    await settled();
    expect(sent).toEqual([[transaction, '$1']]);
    expect([outbox.of(room), await store.outbox()]).toEqual([[], []]);
  });

  it('said again under its transaction is kept once, also while it is being kept, and after a reload', async () => {
    const { say, zone, stop } = await start();
    const transaction = newTransaction();
    const again = () => say('hello', room, transaction);
    await Promise.all([again(), again()]);
    await again();
    await settled();
    expect(zone.asked('PUT', send)).toHaveLength(1);
    await stop();
    const later = await start();
    await later.say('hello', room, transaction);
    expect(later.waiting().map(([text]) => text)).toEqual(['hello']);
  });

  it('that could not be kept can be said again under its transaction', async () => {
    const { say, store, waiting } = await start();
    vi.spyOn(store, 'putOutbox').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
    const transaction = newTransaction();
    await expect(say('hello', room, transaction)).rejects.toMatchObject({ reason: 'storage' });
    await say('hello', room, transaction);
    expect(waiting()).toHaveLength(1);
  });

  it('that cannot be kept is refused, not lost later', async () => {
    const { say, store, outbox, zone } = await start();
    vi.spyOn(store, 'putOutbox').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'));
    await expect(say('hello')).rejects.toMatchObject({ reason: 'storage' });
    await settled();
    expect([outbox.of(room), zone.log]).toEqual([[], []]);
  });

  it('goes as its seal says, and not at all where the seal refuses', async () => {
    const sealed = { type: 'm.room.encrypted', content: { ciphertext: 'x' } };
    const seal = vi.fn<Seal>().mockResolvedValueOnce(sealed).mockRejectedValueOnce(new Failure('forbidden'));
    const { say, next, zone, waiting } = await start(seal);
    await say('secret');
    const asked = await next();
    expect([asked.path.includes('/send/m.room.encrypted/'), asked.body]).toEqual([true, { ciphertext: 'x' }]);
    took(asked);
    await say('another');
    await settled();
    expect(zone.log).toHaveLength(1);
    expect(waiting()).toEqual([['another', 'forbidden']]);
  });
});

describe('order', () => {
  it('is kept in a room under failures, with one transaction for all tries', async () => {
    const { say, next, waiting } = await start();
    const transactions = [await say('one'), await say('two'), await say('three')];
    const seen: unknown[] = [];
    for (const fail of [
      (asked: Asked) => asked.lose(),
      (asked: Asked) => asked.refuse(500, 'M_UNKNOWN'),
      (asked: Asked) => asked.lose('within'),
      (asked: Asked) => asked.reply('<html>', { status: 502 })
    ]) {
      const asked = await next();
      seen.push(transactionOf(asked));
      fail(asked);
      await settled();
      expect(waiting().map(([, state]) => state)).toEqual(['queued', 'queued', 'queued']);
      // The wait before the next try, and nothing of that try's own time.
      await vi.advanceTimersToNextTimerAsync();
    }
    expect(seen).toEqual(Array(4).fill(transactions[0]));
    const after: unknown[] = [];
    for (let left = 0; left < 3; left++) {
      const asked = await next();
      after.push([said(asked), transactionOf(asked)]);
      took(asked);
    }
    expect(after).toEqual([
      ['one', transactions[0]],
      ['two', transactions[1]],
      ['three', transactions[2]]
    ]);
  });

  it('of one room does not hold up another', async () => {
    const { say, zone } = await start();
    await say('stuck');
    await zone.next('PUT', send);
    await say('free', otherRoom);
    const asked = await zone.next('PUT', send);
    expect(said(asked)).toBe('free');
  });

  it('is not broken by many that come at once', async () => {
    const { say, next } = await start();
    const texts = Array.from({ length: 20 }, (_, at) => `m${at}`);
    await Promise.all(texts.map((text) => say(text)));
    const seen: unknown[] = [];
    for (let left = 0; left < 20; left++) {
      const asked = await next();
      seen.push(said(asked));
      took(asked);
    }
    expect(seen).toEqual(texts);
  });

  it('a message that comes just as the queue ends is not stuck', async () => {
    const { say, next, outbox, zone } = await start();
    let added = false;
    outbox.listen({
      changed: () => {
        // At the very moment in which the last one is forgotten.
        if (outbox.of(room).length > 0 || added || zone.log.length === 0) return;
        added = true;
        void say('late');
      },
      sent: () => undefined
    });
    await say('first');
    took(await next());
    const late = await next();
    expect(said(late)).toBe('late');
    took(late);
    await settled();
    expect(outbox.of(room)).toEqual([]);
  });
});

describe('after a reload', () => {
  it('what was not answered is sent again as the same, though the server may have it', async () => {
    const first = await start();
    const transaction = await first.say('hello');
    await first.say('second');
    const unanswered = await first.next();
    await first.stop();
    expect(unanswered.aborted).toBe(true);
    const { next, sent, store } = await start();
    const asked = await next();
    expect([said(asked), transactionOf(asked)]).toEqual(['hello', transaction]);
    took(asked, '$the-one-it-had');
    const second = await next();
    expect(said(second)).toBe('second');
    took(second);
    await settled();
    expect(sent[0]).toEqual([transaction, '$the-one-it-had']);
    expect(await store.outbox()).toEqual([]);
  });

  it('order holds, and new messages stand behind the old ones', async () => {
    const old = Array.from({ length: 12 }, (_, at) => `old ${at}`);
    const first = await start();
    for (const text of old) await first.say(text);
    await first.stop();
    const second = await start();
    await second.say('new');
    const all = [...old, 'new'];
    expect(second.waiting().map(([text]) => text)).toEqual(all);
    took(await second.next());
    expect(said(await second.next())).toBe('old 1');
    await second.stop();
    expect((await start()).waiting().map(([text]) => text)).toEqual(all.slice(1));
  });

  it('what had failed stays so until the person says otherwise', async () => {
    const first = await start();
    await first.say('too much');
    (await first.next()).refuse(413, 'M_TOO_LARGE');
    await settled();
    await first.stop();
    const { waiting, zone } = await start();
    await settled();
    expect([waiting(), zone.log]).toEqual([[['too much', 'too-large']], []]);
  });
});

it('nothing runs after its life', async () => {
  const { say, next, outbox, life, zone } = await start();
  await say('one');
  (await next()).lose();
  await settled();
  life.abort();
  outbox.wake();
  await vi.advanceTimersByTimeAsync(120_000);
  await say('two');
  await settled();
  expect(zone.log).toHaveLength(1);
});

it('leaves no listener on its life behind, however much is sent', async () => {
  const { say, next, life } = await start();
  const add = vi.spyOn(life.signal, 'addEventListener');
  const remove = vi.spyOn(life.signal, 'removeEventListener');
  for (let message = 0; message < 5; message++) {
    await say('one');
    (await next()).lose();
    await settled();
    await vi.advanceTimersByTimeAsync(2_000);
    took(await next());
    await settled();
  }
  const listeners = (spy: typeof add | typeof remove) => spy.mock.calls.map(([, listener]) => listener);
  expect(add.mock.calls.length).toBeGreaterThan(5);
  expect(new Set(listeners(remove))).toEqual(new Set(listeners(add)));
});
