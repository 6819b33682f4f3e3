import { unzipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../../../tests/contract/until.ts';
import { Failure } from '../failure.ts';
import type { Conversation, FailureReason } from '../values.ts';
import { Export } from './export.ts';
import type { Line, Source } from './source.ts';

const words = { language: 'en', title: 'Hers', deleted: '', unreadable: '', unsupported: '' };
const form = { files: true, words };
const conversations = ['One', 'Two'].map((name) => ({ id: `!${name}`, membership: 'joined', name }) as Conversation);
const said: Line = { original: {}, at: 0, sender: { id: '@a:b', name: 'a' } as Line['sender'], mine: true, body: null };

/** Two conversations of two parts each. What fails once is named by what is asked for. */
function set() {
  const failing = new Map<string, FailureReason>();
  const asked: string[] = [];
  const held = new Map<string, Promise<void>>();
  const ask = async <T>(what: string, answer: T): Promise<T> => {
    asked.push(what);
    await held.get(what);
    const reason = failing.get(what);
    failing.delete(what);
    if (reason) throw new Failure(reason, what);
    return answer;
  };
  const source: Source = {
    about: () => ask('about', { documents: {}, photo: null }),
    conversations: () => ask('conversations', conversations),
    members: (room) => ask(`members ${room}`, []),
    history: (room) => {
      let part = 0;
      return async () => {
        const lines = await ask(`part ${part} of ${room}`, part < 2 ? [said] : null);
        part++;
        return lines;
      };
    },
    bytes: () => ask('bytes', new Blob())
  };
  const life = new AbortController();
  const open = vi.fn(async () => source);
  const one = new Export(open, life.signal);
  return { one, failing, asked, held, life, open };
}
const at = (one: Export, wanted: string) => until(one.state(), ({ state }) => state === wanted);

describe('an export', () => {
  it('goes on where the zone did not answer: nothing is read twice', async () => {
    const { one, failing, asked, open } = set();
    failing.set('part 1 of !Two', 'unreachable');
    await one.begin(form);
    expect(await at(one, 'failed')).toEqual({ state: 'failed', reason: 'unreachable' });
    await one.begin(form);
    await at(one, 'ready');
    expect(asked.filter((what) => what === 'part 1 of !Two')).toHaveLength(2);
    expect(new Set(asked).size).toBe(asked.length - 1);
    expect(open).toHaveBeenCalledOnce();
    const files = unzipSync(new Uint8Array(await (await one.archive()).arrayBuffer()));
    expect(Object.keys(files)).toEqual([
      'conversations/0001-One.json',
      'conversations/0001-One.html',
      'conversations/0002-Two.json',
      'conversations/0002-Two.html',
      'conversations.json',
      'index.html'
    ]);
  });

  it('begins anew where going on makes no sense', async () => {
    const { one, failing, open } = set();
    failing.set('conversations', 'signed-out');
    await one.begin(form);
    expect(await at(one, 'failed')).toEqual({ state: 'failed', reason: 'signed-out' });
    await one.begin(form);
    await at(one, 'ready');
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('is one, however often it is asked for', async () => {
    const { one, open, asked } = set();
    await Promise.all([one.begin(form), one.begin(form)]);
    await at(one, 'ready');
    expect(open).toHaveBeenCalledOnce();
    expect(asked.filter((what) => what === 'about')).toHaveLength(1);
  });

  for (const [how, leave] of [
    ['by its person', ({ one }: ReturnType<typeof set>) => void one.cancel()],
    ['with its account', ({ life }: ReturnType<typeof set>) => life.abort()]
  ] as const) {
    it(`that is left ${how} says nothing more, whatever still comes`, async () => {
      const all = set();
      const { one, held, asked } = all;
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set('part 0 of !One', promise);
      await one.begin(form);
      await vi.waitFor(() => expect(asked).toContain('part 0 of !One'));
      leave(all);
      expect(one.state().current).toEqual({ state: 'idle' });
      resolve();
      await new Promise((next) => setImmediate(next));
      expect(one.state().current).toEqual({ state: 'idle' });
      expect(asked).not.toContain('part 1 of !One');
      await expect(one.archive()).rejects.toMatchObject({ reason: 'not-found' });
    });
  }

  it('can be left while it stands still', async () => {
    const { one, failing, asked } = set();
    failing.set('members !Two', 'unreachable');
    await one.begin(form);
    await at(one, 'failed');
    await one.cancel();
    expect(one.state().current).toEqual({ state: 'idle' });
    await one.begin({ ...form, files: false });
    await at(one, 'ready');
    expect(asked.filter((what) => what === 'about')).toHaveLength(2);
  });
});
