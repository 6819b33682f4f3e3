import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Attaching } from '$lib/files/attaching.svelte';
import { Failure } from '$lib/matrix/failure';
import type { Attachment, EventId, RoomId, UserId } from '$lib/matrix/values';
import { Composer } from './composer.svelte';
import { keepDrafts } from './testing/drafts';
import type { Message } from './entries';

const room = '!a' as RoomId;
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

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('with files', () => {
  function beginWith(prepare: (file: File) => Promise<Attachment>, most: number | null = null) {
    const timelines = {
      send: vi.fn(async () => undefined),
      edit: vi.fn(async () => undefined),
      typing: vi.fn(async () => undefined)
    };
    const { drafts } = keepDrafts();
    const attaching = new Attaching({ limit: async () => most }, drafts, room, prepare);
    return { timelines, attaching, composer: new Composer(timelines, attaching, drafts, room) };
  }
  const fileOf = (name: string) => new File(['x'], name);
  const plain = async (file: File): Promise<Attachment> => ({ kind: 'file', name: file.name, bytes: file });
  const sent = ({ timelines }: ReturnType<typeof beginWith>) =>
    (timelines.send.mock.calls as unknown as [RoomId, { text: string; file?: Attachment }][]).map(
      ([, { text, file }]) => [text, file?.name]
    );

  it('what is written while one is made ready comes after it, and neither waits in the field', async () => {
    const ready = Promise.withResolvers<void>();
    const all = beginWith(async (file) => ready.promise.then(() => plain(file)));
    const { composer, attaching } = all;
    attaching.add([fileOf('a')]);
    composer.text = 'with it';
    const first = composer.send();
    expect([composer.text, attaching.all]).toEqual(['', []]);
    composer.text = 'after it';
    const second = composer.send();
    composer.text = 'begun';
    expect(all.timelines.send).not.toHaveBeenCalled();
    ready.resolve();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(sent(all)).toEqual([
      ['with it', 'a'],
      ['after it', undefined]
    ]);
    expect(composer.text).toBe('begun');
  });

  it('nothing but files is enough; one that was left out or refused does not go', async () => {
    const all = beginWith(plain, 1);
    const { composer, attaching } = all;
    attaching.add([fileOf('a'), fileOf('b'), new File(['too large'], 'c'), new File([], 'd')]);
    attaching.remove(attaching.all[1]?.id ?? 0);
    expect(await composer.send()).toBe(true);
    expect(sent(all)).toEqual([['', 'a']]);
    expect(attaching.all).toMatchObject([
      { name: 'c', state: 'refused', why: { most: 1 } },
      { name: 'd', state: 'refused', why: 'empty' }
    ]);
    expect(composer.empty).toBe(true);
  });

  it('what could not be kept, and what would come after it, is given back in its order', async () => {
    const all = beginWith(plain);
    const { composer, attaching, timelines } = all;
    attaching.add([fileOf('a'), fileOf('b')]);
    composer.text = 'words';
    timelines.send.mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Failure('storage'));
    expect(await composer.send()).toBe(true);
    expect(sent(all).map(([, name]) => name)).toEqual(['a', 'b']);
    expect(attaching.all).toMatchObject([{ name: 'b', state: 'ready' }]);
    expect([composer.text, composer.failure?.reason]).toEqual(['words', 'storage']);
  });

  it('an answer is the first of them; an edit has none', async () => {
    const all = beginWith(plain);
    const { composer, attaching, timelines } = all;
    attaching.add([fileOf('a'), fileOf('b')]);
    composer.answer(message('asked'));
    await composer.send();
    const calls = timelines.send.mock.calls as unknown as [RoomId, { answers?: EventId }][];
    expect(calls.map(([, { answers }]) => answers)).toEqual([event, undefined]);
    attaching.add([fileOf('c')]);
    composer.edit(message('said', { mine: true }));
    composer.text = 'better';
    await composer.send();
    expect(sent(all)).toHaveLength(2);
    expect(attaching.all).toMatchObject([{ name: 'c' }]);
  });

  it('where the zone does not say in time what it takes, nothing waits for it', async () => {
    const all = beginWith(plain);
    const limit = vi.fn(() => new Promise<null>(() => undefined));
    const attaching = new Attaching({ limit }, keepDrafts().drafts, room, plain);
    attaching.add([fileOf('a')]);
    const taken = attaching.take();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await taken).toMatchObject([{ name: 'a' }]);
    expect(all.attaching.some).toBe(false);
  });
});
