import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '$lib/matrix/failure';
import type { RoomId } from '$lib/matrix/values';
import { Composer } from './composer.svelte';
import { Drafts } from './drafts.svelte';

const room = '!a' as RoomId;

function begin() {
  const timelines = {
    send: vi.fn(async () => undefined),
    typing: vi.fn(async () => undefined)
  };
  const drafts = new Drafts({ of: async () => '', keep: async () => undefined });
  return { timelines, drafts, composer: new Composer(timelines, drafts, room) };
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
    expect(new Composer(timelines, drafts, '!b' as RoomId).text).toBe('');
    expect(new Composer(timelines, drafts, room).text).toBe('begun');
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
