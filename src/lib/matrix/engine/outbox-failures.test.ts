import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {} from './testing/examples.ts';
import { said, startOutbox, took, transactionOf } from './testing/outbox-session.ts';
import { settled } from './testing/scripted-server.ts';

let names = 0;
let name: string;
beforeEach(() => {
  name = `outbox-failures-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  return () => vi.useRealTimers();
});
const start = () => startOutbox(name);

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
