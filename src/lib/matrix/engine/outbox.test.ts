/** Longer than 300 lines: one stage, and a case for each way that sending can go wrong. */
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Failure } from '../failure.ts';
import type { EventId, RoomId, TransactionId } from '../values.ts';
import { Outbox, type Seal } from './outbox.ts';
import { AccountStore } from './store/database.ts';
import { otherRoom, room } from './testing/examples.ts';
import { ScriptedServer, settled, type Asked } from './testing/scripted-server.ts';

const send = /\/send\//;
const plain: Seal = async (_room, type, content) => ({ type, content });
const said = (asked: Asked) => asked.body.body;
const transactionOf = (asked: Asked) => asked.path.split('/').at(-1);

let names = 0;
let name: string;
beforeEach(() => {
  name = `outbox-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  return () => vi.useRealTimers();
});

/** A session on the store of this test; another one is what a reload brings. */
async function start(seal: Seal = plain) {
  const zone = new ScriptedServer();
  const life = new AbortController();
  const store = await AccountStore.open(name);
  const outbox = new Outbox(zone.server, store, seal, life.signal);
  const sent: [TransactionId, EventId][] = [];
  outbox.listen({ changed: () => undefined, sent: (item, event) => sent.push([item.transaction, event]) });
  await outbox.load();
  const say = (text: string, to: RoomId = room) => outbox.add(to, 'm.room.message', { body: text });
  const next = () => zone.next('PUT', send);
  const stop = async () => {
    life.abort();
    await settled();
    store.close();
  };
  onTestFinished(stop);
  const waiting = (of = room) =>
    outbox.of(of).map(({ content, failed, sending }) => [content.body, sending ? 'sending' : (failed ?? 'queued')]);
  return { zone, life, store, outbox, sent, say, next, stop, waiting };
}
const took = (asked: Asked, event = '$event') => asked.reply({ event_id: event });

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
      await vi.advanceTimersByTimeAsync(70_000);
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

describe('a refusal', () => {
  it.each([
    [403, 'M_FORBIDDEN', 'forbidden'],
    [413, 'M_TOO_LARGE', 'too-large'],
    [400, 'M_BAD_JSON', 'unexpected'],
    [404, 'M_NOT_FOUND', 'not-found']
  ])('for good (%s %s) is told, and the next ones pass', async (status, code, reason) => {
    const { say, next, waiting } = await start();
    await say('one');
    await say('two');
    (await next()).refuse(status, code);
    const second = await next();
    expect([said(second), waiting()[0]]).toEqual(['two', ['one', reason]]);
    took(second);
    await settled();
    expect(waiting()).toEqual([['one', reason]]);
  });

  it('is tried again when the person says so, with the same transaction', async () => {
    const { say, next, outbox, waiting } = await start();
    const transaction = await say('one');
    (await next()).refuse(403, 'M_FORBIDDEN');
    await settled();
    await outbox.retry(transaction);
    const asked = await next();
    expect([transactionOf(asked), waiting()]).toEqual([transaction, [['one', 'sending']]]);
    took(asked);
    await settled();
    expect(waiting()).toEqual([]);
    await expect(outbox.retry(transaction)).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('of the token stops the queue: nothing is asked until the connection stands', async () => {
    const { say, next, outbox, waiting, zone } = await start();
    await say('one');
    (await next()).refuse(401, 'M_UNKNOWN_TOKEN');
    await vi.advanceTimersByTimeAsync(600_000);
    expect([waiting(), zone.log.length]).toEqual([[['one', 'queued']], 1]);
    outbox.wake();
    expect(said(await next())).toBe('one');
  });

  it('for now waits as long as the server asks, then less than a minute, and not at all when woken', async () => {
    const { say, next, outbox, zone } = await start();
    await say('one');
    (await next()).refuse(429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 20_000 });
    await settled();
    await vi.advanceTimersByTimeAsync(19_900);
    expect(zone.log).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    (await next()).lose();
    await settled();
    outbox.wake();
    (await next()).lose();
    await settled();
    expect(zone.log).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(66_000);
    expect(said(await next())).toBe('one');
  });

  it('pressing "again" on one that only waits wakes it, and brings nothing back that has been sent', async () => {
    const { say, next, outbox, store } = await start();
    const transaction = await say('one');
    (await next()).lose();
    await settled();
    const pressed = outbox.retry(transaction);
    took(await next());
    await pressed;
    await settled();
    expect(await store.outbox()).toEqual([]);
  });
});

describe('taking back', () => {
  it('works while it waits, and what comes after goes on', async () => {
    const { say, next, outbox, store, zone } = await start();
    const [one] = [await say('one'), await say('two')];
    (await next()).lose();
    await settled();
    await outbox.cancel(one);
    expect((await store.outbox()).map(({ content }) => content.body)).toEqual(['two']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(said(await next())).toBe('two');
    expect(zone.log).toHaveLength(2);
  });

  it('is refused while it is being sent, and after', async () => {
    const { say, next, outbox, sent } = await start();
    const transaction = await say('one');
    const asked = await next();
    await expect(outbox.cancel(transaction)).rejects.toMatchObject({ reason: 'not-found' });
    took(asked);
    await settled();
    expect(sent).toHaveLength(1);
    await expect(outbox.cancel(transaction)).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('removes what had failed', async () => {
    const { say, next, outbox, store, waiting } = await start();
    const transaction = await say('one');
    (await next()).refuse(403, 'M_FORBIDDEN');
    await settled();
    await outbox.cancel(transaction);
    expect([waiting(), await store.outbox()]).toEqual([[], []]);
  });

  it('that the store does not take leaves the message where it was', async () => {
    const { say, next, outbox, store, waiting } = await start();
    const transaction = await say('one');
    (await next()).lose();
    await settled();
    vi.spyOn(store, 'removeOutbox').mockRejectedValueOnce(new DOMException('no', 'UnknownError'));
    await expect(outbox.cancel(transaction)).rejects.toMatchObject({ reason: 'storage' });
    expect(waiting()).toEqual([['one', 'queued']]);
  });
});

describe('a store that fails', () => {
  it('to forget what was sent does not make it a failure', async () => {
    const { say, next, store, waiting, sent } = await start();
    await say('one');
    vi.spyOn(store, 'removeOutbox').mockRejectedValueOnce(new DOMException('no', 'UnknownError'));
    took(await next());
    await settled();
    expect([waiting(), sent.length]).toEqual([[], 1]);
    expect(await store.outbox()).toMatchObject([{ failed: null }]);
  });

  it('to note a refusal stops the queue, which the next connection takes up', async () => {
    const error = vi.spyOn(console, 'error').mockReturnValue(undefined);
    const { say, next, store, outbox } = await start();
    await say('one');
    await say('two');
    vi.spyOn(store, 'putOutbox').mockRejectedValueOnce(new DOMException('no', 'UnknownError'));
    (await next()).refuse(403, 'M_FORBIDDEN');
    await settled();
    expect(error).toHaveBeenCalledOnce();
    outbox.wake();
    expect(said(await next())).toBe('two');
  });
});

it('a listener that fails does not make a sent message fail', async () => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
  const { say, next, outbox, waiting, store } = await start();
  outbox.listen({
    changed: () => undefined,
    sent: () => {
      throw new Error('broken');
    }
  });
  await say('one');
  took(await next());
  await settled();
  expect([waiting(), await store.outbox()]).toEqual([[], []]);
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
  // Our own: what `AbortSignal.any` does inside is the platform's.
  expect(add.mock.calls.length).toBe(5);
  expect(remove.mock.calls.length).toBe(5);
});
