import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure.ts';
import { source } from './request.ts';
import type { Find, Found } from './own-past.ts';
import { id, room } from './testing/examples.ts';
import { said, send, startOutbox, took, transactionOf } from './testing/outbox-session.ts';
import { settled } from './testing/scripted-server.ts';

const hour = 3_600_000;

let names = 0;
let name: string;
beforeEach(() => {
  name = `outbox-memory-${names++}`;
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  return () => vi.useRealTimers();
});
const start = (find?: Find) => startOutbox(name, { find });

/** A message whose request left, but whose answer never came. */
async function unanswered() {
  const first = await start();
  const transaction = await first.say('once');
  await first.next();
  await first.stop();
  return transaction;
}

it('a message names its sending in its content too', async () => {
  const { say, next } = await start();
  const transaction = await say('hello');
  expect((await next()).body).toEqual({ body: 'hello', [source]: transaction });
});

describe('a message whose sending the server may have forgotten', () => {
  it('is sent at once within hours on the same device: the server remembers', async () => {
    const transaction = await unanswered();
    vi.setSystemTime(Date.now() + 5 * hour);
    const { find, next } = await start();
    expect(transactionOf(await next())).toBe(transaction);
    expect(find).not.toHaveBeenCalled();
  });

  it.each([
    ['after many hours', () => vi.setSystemTime(Date.now() + 7 * hour), 'D'],
    ['by a clock that went backwards', () => vi.setSystemTime(Date.now() - 7 * hour), 'D'],
    ['from another device', () => undefined, 'E']
  ])('is looked for in its room first: %s', async (_how, pass, device) => {
    const transaction = await unanswered();
    pass();
    const { find, next, zone, sent, store, stop } = await startOutbox(name, { device });
    await settled();
    expect(find.mock.calls).toMatchObject([[{ transaction, room }]]);
    // It was not there, and from now on the server remembers.
    const asked = await next();
    expect(transactionOf(asked)).toBe(transaction);
    asked.lose();
    await settled();
    await vi.advanceTimersByTimeAsync(2000);
    took(await next(), '$1');
    await settled();
    expect([find.mock.calls.length, sent, await store.outbox()]).toEqual([1, [[transaction, '$1']], []]);
    expect(zone.asked('PUT', send)).toHaveLength(2);
    await stop();
  });

  it('is settled where the room has it, and those behind it go on in order', async () => {
    const transaction = await unanswered();
    vi.setSystemTime(Date.now() + 30 * hour);
    const { next, sent, store, say, zone } = await start(async () => ({ event: id('$there') }));
    await say('next');
    expect(said(await next())).toBe('next');
    expect([sent, zone.log.length]).toEqual([[[transaction, '$there']], 1]);
    expect((await store.outbox()).map(({ content }) => content.body)).toEqual(['next']);
  });

  it('waits while the room cannot be asked', async () => {
    await unanswered();
    vi.setSystemTime(Date.now() + 30 * hour);
    const find = vi.fn<Find>().mockRejectedValueOnce(new Failure('unreachable')).mockResolvedValue('not-sent');
    const { waiting, zone, next } = await start(find);
    await settled();
    expect([waiting(), zone.log]).toEqual([[['once', 'queued']], []]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(said(await next())).toBe('once');
  });

  it('that nobody can tell of is left to the person, whose word is taken', async () => {
    const transaction = await unanswered();
    const find = vi.fn<Find>(async () => 'unknown');
    const { waiting, next, outbox } = await startOutbox(name, { find, device: 'E' });
    await settled();
    expect(waiting()).toEqual([['once', 'interrupted']]);
    await outbox.retry(transaction);
    expect(said(await next())).toBe('once');
    expect(find).toHaveBeenCalledOnce();
  });

  it('and is taken back while it is looked for stays so', async () => {
    const transaction = await unanswered();
    const looking = Promise.withResolvers<Found>();
    const find: Find = () => looking.promise;
    const { zone, outbox, store } = await startOutbox(name, { find, device: 'E' });
    await settled();
    await outbox.cancel(transaction);
    looking.resolve('not-sent');
    await settled();
    expect([zone.log, outbox.of(room), await store.outbox()]).toEqual([[], [], []]);
  });
});
