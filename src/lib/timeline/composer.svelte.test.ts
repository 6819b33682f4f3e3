import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Attaching } from '$lib/files/attaching.svelte';
import { Failure } from '$lib/matrix/failure';
import type { EventId, RoomId, UserId } from '$lib/matrix/values';
import { Composer } from './composer.svelte';
import type { Drafts } from './drafts.svelte';
import { keepDrafts } from './testing/drafts';
import type { Message } from './entries';

const room = '!a' as RoomId;

type Ports = ConstructorParameters<typeof Composer>[0];
const composerOf = (timelines: Ports, drafts: Drafts, room: RoomId) =>
  new Composer(timelines, new Attaching({ limit: async () => null }, drafts, room), drafts, room);

function begin() {
  const timelines = {
    send: vi.fn(async () => undefined),
    edit: vi.fn(async () => undefined),
    typing: vi.fn(async () => undefined)
  };
  const { drafts } = keepDrafts();
  return { timelines, drafts, composer: composerOf(timelines, drafts, room) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('writing', () => {
  it('sends what was written, without the space around it, and empties the field at once', async () => {
    const { composer, timelines } = begin();
    composer.text = '  a table\nfor two \n';
    const sent = composer.send();
    expect(composer.text).toBe('');
    expect(await sent).toBe(true);
    expect(timelines.send).toHaveBeenCalledExactlyOnceWith(room, { text: 'a table\nfor two' }, expect.any(String));
  });

  it('sends nothing where nothing is written', async () => {
    const { composer, timelines } = begin();
    composer.text = ' \n ';
    expect(await composer.send()).toBe(false);
    expect(timelines.send).not.toHaveBeenCalled();
  });

  it('gives the text back when it could not even be kept', async () => {
    const { composer, timelines } = begin();
    timelines.send.mockRejectedValueOnce(new Failure('storage'));
    composer.text = 'hello';
    expect(await composer.send()).toBe(false);
    expect(composer.text).toBe('hello');
    expect(composer.failure?.reason).toBe('storage');
    composer.text = 'hello!';
    expect(composer.failure).toBeUndefined();
  });

  it('does not write over what has been begun since', async () => {
    const { composer, timelines } = begin();
    const answer = Promise.withResolvers<undefined>();
    timelines.send.mockReturnValueOnce(answer.promise);
    composer.text = 'one';
    const sent = composer.send();
    composer.text = 'two';
    answer.reject(new Failure('storage'));
    await sent;
    expect(composer.text).toBe('two');
  });

  it('keeps a draft for each conversation', () => {
    const { composer, drafts, timelines } = begin();
    composer.text = 'begun';
    expect(composerOf(timelines, drafts, '!b' as RoomId).text).toBe('');
    expect(composerOf(timelines, drafts, room).text).toBe('begun');
  });
});

describe('the others', () => {
  it('are told that one writes, now and then, and when one no longer does', async () => {
    const { composer, timelines } = begin();
    composer.text = 'h';
    composer.text = 'he';
    expect(timelines.typing).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(300);
    expect(timelines.typing.mock.calls).toEqual([[room, true]]);
    await vi.advanceTimersByTimeAsync(4100);
    composer.text = 'hel';
    expect(timelines.typing).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(6000);
    expect(timelines.typing.mock.calls.at(-1)).toEqual([room, false]);
    composer.stopTyping();
    expect(timelines.typing).toHaveBeenCalledTimes(3);
  });

  it('are told one thing after another, and at last what is true', async () => {
    const { composer, timelines } = begin();
    const first = Promise.withResolvers<undefined>();
    timelines.typing.mockReturnValueOnce(first.promise);
    composer.text = 'h';
    await vi.advanceTimersByTimeAsync(300);
    composer.text = '';
    composer.text = 'h';
    await vi.advanceTimersByTimeAsync(300);
    composer.stopTyping();
    expect(timelines.typing.mock.calls).toEqual([[room, true]]);
    first.resolve(undefined);
    await vi.advanceTimersByTimeAsync(1);
    expect(timelines.typing.mock.calls).toEqual([
      [room, true],
      [room, false]
    ]);
  });

  it('are told at once when the field is emptied, and soon after the message went', async () => {
    const { composer, timelines } = begin();
    composer.text = 'hello';
    await vi.advanceTimersByTimeAsync(300);
    composer.text = '';
    await vi.advanceTimersByTimeAsync(1);
    expect(timelines.typing.mock.calls.at(-1)).toEqual([room, false]);
    composer.text = 'hello';
    await vi.advanceTimersByTimeAsync(300);
    await composer.send();
    expect(timelines.typing.mock.calls.at(-1)).toEqual([room, true]);
    await vi.advanceTimersByTimeAsync(500);
    expect(timelines.typing.mock.calls.at(-1)).toEqual([room, false]);
  });

  it('are told nothing of what is written and sent at once', async () => {
    const { composer, timelines } = begin();
    composer.text = 'pasted';
    await composer.send();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(timelines.typing).not.toHaveBeenCalled();
  });

  it('stay told while one goes on writing after a message', async () => {
    const { composer, timelines } = begin();
    composer.text = 'hello';
    await vi.advanceTimersByTimeAsync(300);
    await composer.send();
    composer.text = 'and';
    await vi.advanceTimersByTimeAsync(1000);
    expect(timelines.typing.mock.calls).toEqual([[room, true]]);
  });

  it('who cannot be told are no failure', async () => {
    const { composer, timelines } = begin();
    timelines.typing.mockRejectedValue(new Failure('unreachable'));
    composer.text = 'hello';
    await vi.advanceTimersByTimeAsync(301);
    expect(timelines.typing).toHaveBeenCalledOnce();
    expect(composer.failure).toBeUndefined();
  });
});

const event = '$one' as EventId;
const marta = { id: '@marta:zone.example' as UserId, name: 'Marta' };
const message = (text: string, more: Partial<Message> = {}): Message => ({
  kind: 'message',
  key: '$one',
  event,
  at: 1,
  sender: marta,
  mine: false,
  body: { type: 'text', style: 'plain', text },
  answers: null,
  doubt: null,
  edited: false,
  reactions: [],
  delivery: null,
  transaction: null,
  act: null,
  ...more
});

describe('an answer', () => {
  it('goes with what it answers, and the next message does not', async () => {
    const { composer, timelines } = begin();
    composer.text = 'beg';
    composer.answer(message('who?'));
    expect(composer.text).toBe('beg');
    expect(composer.beside).toMatchObject({ kind: 'answer', event, quoted: { sender: marta } });
    composer.text = 'me';
    await composer.send();
    composer.text = 'really';
    await composer.send();
    expect(timelines.send.mock.calls.map(([, writing]: unknown[]) => writing)).toEqual([
      { text: 'me', answers: event },
      { text: 'really' }
    ]);
  });

  it('is left without losing what was written', () => {
    const { composer } = begin();
    composer.answer(message('who?'));
    composer.text = 'me';
    composer.leave();
    expect([composer.beside, composer.text]).toEqual([null, 'me']);
  });

  it('is there again when one comes back to the conversation', () => {
    const { timelines, drafts, composer } = begin();
    composer.answer(message('who?'));
    expect(composerOf(timelines, drafts, '!b' as RoomId).beside).toBeNull();
    expect(composerOf(timelines, drafts, room).beside).toMatchObject({ event });
  });

  it('that could not be kept is as it was', async () => {
    const { composer, timelines } = begin();
    timelines.send.mockRejectedValueOnce(new Failure('storage'));
    composer.answer(message('who?'));
    composer.text = 'me';
    expect(await composer.send()).toBe(false);
    expect([composer.text, composer.beside?.event, composer.failure?.reason]).toEqual(['me', event, 'storage']);
  });

  it('is none to what has not arrived', () => {
    const { composer } = begin();
    composer.answer(message('who?', { event: null }));
    expect(composer.beside).toBeNull();
  });
});

describe('an edit', () => {
  const own = (text: string) => message(text, { mine: true });

  it('begins with what was said, and brings the draft back', async () => {
    const { composer, timelines, drafts } = begin();
    composer.text = 'half a sen';
    composer.edit(own('at sevn'));
    expect(composer.text).toBe('at sevn');
    composer.text = 'at seven';
    expect(drafts.of(room)).toBe('half a sen');
    expect(await composer.send()).toBe(false);
    expect(timelines.edit).toHaveBeenCalledExactlyOnceWith(room, event, { text: 'at seven' }, expect.any(String));
    expect([composer.text, composer.beside]).toEqual(['half a sen', null]);
    expect(timelines.send).not.toHaveBeenCalled();
  });

  it('that changes nothing, or is left, asks for nothing', async () => {
    const { composer, timelines } = begin();
    composer.edit(own('at seven'));
    await composer.send();
    composer.edit(own('at seven'));
    composer.text = 'at eight';
    composer.leave();
    expect(timelines.edit).not.toHaveBeenCalled();
    expect([composer.text, composer.beside]).toEqual(['', null]);
  });

  it('to nothing is none', async () => {
    const { composer, timelines } = begin();
    composer.edit(own('at seven'));
    composer.text = ' ';
    expect(await composer.send()).toBe(false);
    expect([timelines.edit.mock.calls.length, composer.beside?.kind]).toEqual([0, 'edit']);
  });

  it('that could not be kept is as it was', async () => {
    const { composer, timelines } = begin();
    timelines.edit.mockRejectedValueOnce(new Failure('storage'));
    composer.edit(own('at sevn'));
    composer.text = 'at seven';
    await composer.send();
    expect([composer.text, composer.beside?.kind, composer.failure?.reason]).toEqual(['at seven', 'edit', 'storage']);
  });

  it('goes on naming those whom the message named', async () => {
    const { composer, timelines } = begin();
    const rich = [{ type: 'paragraph', of: ['hello ', { type: 'person', person: marta }] }] as const;
    composer.edit(
      message('hello @Marta', { mine: true, body: { type: 'text', style: 'plain', text: 'hello @Marta', rich } })
    );
    composer.text = 'good day @Marta';
    await composer.send();
    expect(timelines.edit).toHaveBeenCalledWith(
      room,
      event,
      { text: 'good day @Marta', mentions: [marta] },
      expect.any(String)
    );
  });
});

it('names those whose names still stand in what is sent', async () => {
  const { composer, timelines } = begin();
  composer.name(marta);
  composer.name({ id: '@jordi:zone.example' as UserId, name: 'Jordi' });
  composer.text = 'hello @Marta';
  await composer.send();
  expect(timelines.send).toHaveBeenCalledWith(room, { text: 'hello @Marta', mentions: [marta] }, expect.any(String));
});
