import { describe, expect, it } from 'vitest';
import { examples, type ExampleName } from '$lib/matrix/fake/examples';
import { newTransaction } from '$lib/matrix/transaction';
import type { RoomId, UserId } from '$lib/matrix/values';
import { looking } from '../../../tests/component/looking.svelte';
import { Conversation } from './conversation.svelte';
import type { Entry } from './entries';

async function open(name: ExampleName) {
  const example = await examples[name]();
  const { account, room, browser } = example;
  if (!account || !room) throw new Error('this example has no conversation');
  const ports = browser.account(account);
  const conversation = new Conversation(ports, account, room);
  const entries = looking(() => conversation.entries);
  const summary = looking(() => conversation.summary);
  const fakeRoom = browser.zone.rooms.get(room);
  if (!fakeRoom) throw new Error('this room is not there');
  const say = (text: string) => browser.zone.say(fakeRoom, `@marta:zone.example` as UserId, text);
  return { browser, account, room, ports, conversation, entries, summary, say };
}

const texts = (entries: readonly Entry[]) =>
  entries.flatMap((entry) => {
    if (entry.kind === 'new') return ['new'];
    return entry.kind === 'message' && entry.message.body.type === 'text' ? [entry.message.body.text] : [];
  });

describe('a conversation', () => {
  it('is null where the account has none of that name', async () => {
    const { ports, account } = await open('direct');
    const conversation = new Conversation(ports, account, '!elsewhere' as RoomId);
    const summary = looking(() => conversation.summary);
    await expect.poll(() => summary.now).toBeNull();
  });

  it('reads back to its beginning, a part at a time', async () => {
    const { conversation, entries } = await open('long');
    const before = entries.now.length;
    await conversation.readBack();
    await expect.poll(() => entries.now.length).toBeGreaterThan(before);
    while (conversation.timeline?.older === 'more') await conversation.readBack();
    await expect.poll(() => entries.now[0]?.kind).toBe('beginning');
  });

  it('stops reading back after a failure, until asked to', async () => {
    const { conversation } = await open('olderFailed');
    const timeline = looking(() => conversation.timeline);
    expect(timeline.now?.older).toEqual({ failed: 'unreachable' });
    await conversation.readBack();
    expect(timeline.now?.older).toEqual({ failed: 'unreachable' });
    await conversation.retryReadBack();
    await expect.poll(() => timeline.now?.older).toBe('more');
  });

  it('tries again what failed, or takes it back', async () => {
    const { conversation, entries } = await open('failed');
    const failed = () => {
      const last = entries.now.at(-1);
      return last?.kind === 'message' ? last.message : null;
    };
    const transaction = failed()?.transaction;
    expect(failed()?.delivery).toEqual({ failed: 'too-large' });
    if (!transaction) throw new Error('it has no transaction');
    await conversation.retry(transaction);
    await expect.poll(() => failed()?.delivery).toBe('sent');
    expect(failed()?.key).toBe(transaction);
  });

  it('is left, and joined by invitation', async () => {
    const { conversation, summary } = await open('invitation');
    expect(await conversation.accept()).toBe(true);
    await expect.poll(() => summary.now?.membership).toBe('joined');
    expect(await conversation.leave()).toBe(true);
    await expect.poll(() => summary.now).toBeNull();
  });

  it('says why one could not get in', async () => {
    const { browser, conversation } = await open('invitation');
    browser.network.failNext('conversations.join', 'unreachable');
    expect(await conversation.accept()).toBe(false);
    expect(conversation.failure?.reason).toBe('unreachable');
    expect(conversation.answering).toBe(false);
  });
});

describe('what is new', () => {
  it('is marked when the conversation opens, and stays marked while one reads', async () => {
    const { conversation, entries, summary } = await open('plaza');
    expect(texts(entries.now)).toContain('new');
    await conversation.seen(entries.now.length - 1);
    await expect.poll(() => summary.now?.unread.count).toBe(0);
    expect(texts(entries.now)).toContain('new');
  });

  it('is not what comes while one follows', async () => {
    const { conversation, entries, say } = await open('direct');
    conversation.follow();
    say('hello');
    await expect.poll(() => texts(entries.now)).toContain('hello');
    expect(texts(entries.now)).not.toContain('new');
  });

  it('is what comes while one looks elsewhere', async () => {
    const { conversation, entries, say } = await open('direct');
    conversation.follow();
    conversation.turnAway();
    say('hello');
    await expect.poll(() => texts(entries.now).slice(-2)).toEqual(['new', 'hello']);
  });

  it('is nothing once one has answered', async () => {
    const { conversation, entries, ports, room } = await open('plaza');
    await conversation.seen(entries.now.length - 1);
    conversation.answered();
    await ports.timelines.send(room, { text: 'count me in' }, newTransaction());
    await expect.poll(() => texts(entries.now)).toContain('count me in');
    expect(texts(entries.now)).not.toContain('new');
  });

  it('is read only as far as it was seen', async () => {
    const { conversation, entries, summary } = await open('plaza');
    const first = entries.now.findIndex(({ kind }) => kind === 'new') + 1;
    await conversation.seen(first);
    await expect.poll(() => summary.now?.unread.count).toBe(2);
    await conversation.seen(first - 3);
    expect(summary.now?.unread.count).toBe(2);
  });

  it('is a missed call too, which has no row: it is read with the last message, each time', async () => {
    const { conversation, entries, summary, browser } = await open('addressed');
    const { zone } = browser;
    await conversation.seen(entries.now.length - 1);
    await expect.poll(() => summary.now?.unread.count).toBe(0);
    zone.ring(zone.plaza, zone.resident('jordi').id);
    await expect.poll(() => summary.now?.unread.count).toBe(1);
    await conversation.seen(entries.now.length - 3);
    expect(summary.now?.unread.count).toBe(1);
    await conversation.seen(entries.now.length - 1);
    await expect.poll(() => summary.now?.unread.count).toBe(0);
  });

  it('is tried again when marking it failed', async () => {
    const { browser, conversation, entries, summary } = await open('plaza');
    browser.network.failNext('timelines.markRead', 'unreachable');
    await conversation.seen(entries.now.length - 1);
    expect(summary.now?.unread.count).toBe(3);
    await conversation.seen(entries.now.length - 1);
    await expect.poll(() => summary.now?.unread.count).toBe(0);
  });
});
