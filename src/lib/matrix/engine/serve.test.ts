import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FromEngine, FromPage, Ports, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import { Cell } from '../live.ts';
import type { AccountId } from '../values.ts';
import { commands, feeds } from '../methods.ts';
import type { Engine } from './engine.ts';
import { serve } from './serve.ts';
import { me } from './testing/examples.ts';
import { settled } from './testing/scripted-server.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue(undefined);
});

class Timelines {
  readonly observed = vi.fn();
  readonly left = vi.fn();
  readonly rowsCell = new Cell<unknown>(undefined, () => {
    this.observed();
    return this.left;
  });
  readonly #secret = 'secret';

  rows(_room: string) {
    return this.rowsCell;
  }

  async send(room: string, text: string) {
    if (room === '!fails') throw new Failure('forbidden', 'not here', { retryAfter: 5 });
    return `${this.#secret.length} ${room} ${text}`;
  }

  /** Of the engine alone: no page may call it. */
  reopen() {
    throw new Error('called');
  }
}

const valuesOf = (...values: [n: number, value: unknown][]): FromEngine => ({ t: 'values', values });
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 2));

async function open(running?: () => Promise<unknown>) {
  const timelines = new Timelines();
  const list = new Cell<unknown>(['first']);
  const starts = new Set<(account: AccountId) => void>();
  const engine = {
    accounts: { list: () => list, registration: async () => 'open', load: vi.fn(), expire: vi.fn() },
    running: async (account: string) => {
      await running?.();
      if (account !== me) throw new Failure('signed-out', account);
      return { timelines };
    },
    onStart: (run: (account: AccountId) => void) => {
      starts.add(run);
      return () => void starts.delete(run);
    }
  };
  const heard: FromEngine[] = [];
  const wire: Wire<FromPage, FromEngine> = {
    onmessage: null,
    postMessage: (message) => void heard.push(structuredClone(message))
  };
  const end = serve(engine as unknown as Engine, wire);
  onTestFinished(end);
  const say = async (message: FromPage) => {
    wire.onmessage?.(new MessageEvent('message', { data: message }));
    await settled(5);
  };
  const ask = (t: 'call' | 'watch', port: string, method: string, args: unknown[] = [], account: string | null = me) =>
    say({ t, n: 1, port, method, account, args } as FromPage);
  const told = (words: number) => vi.waitFor(() => expect(heard).toHaveLength(words));
  return { starts, engine, timelines, list, heard, say, ask, end, told };
}

describe('a page', () => {
  it('calls a command and hears its answer, or why not', async () => {
    const { ask, heard } = await open();
    await ask('call', 'timelines', 'send', ['!room', 'hello']);
    await ask('call', 'timelines', 'send', ['!fails', 'hello']);
    await ask('call', 'accounts', 'registration', [], null);
    expect(heard).toEqual([
      { t: 'result', n: 1, value: '6 !room hello' },
      { t: 'failure', n: 1, reason: 'forbidden', detail: 'forbidden: not here', retryAfter: 5 },
      { t: 'result', n: 1, value: 'open' }
    ]);
  });

  it.each([
    ['timelines', 'reopen'],
    ['timelines', '#secret'],
    ['timelines', 'constructor'],
    ['timelines', 'toString'],
    ['timelines', '__proto__'],
    ['timelines', 'hasOwnProperty'],
    ['timelines', 'includes'],
    ['timelines', 'length'],
    ['timelines', '0'],
    ['timelines', ''],
    ['accounts', 'load'],
    ['accounts', 'expire'],
    ['store', 'close'],
    ['stop', 'call'],
    ['constructor', 'constructor'],
    ['__proto__', 'toString'],
    ['toString', 'call'],
    ['conversations', 'create']
  ])('calls nothing that the ports do not list: %s.%s', async (port, method) => {
    for (const account of [me, null])
      for (const t of ['call', 'watch'] as const) {
        const { ask, heard, engine } = await open();
        await ask(t, port, method, [], account);
        expect(heard).toMatchObject([{ t: 'failure', n: 1, reason: 'unexpected' }]);
        expect([engine.accounts.load.mock.calls, engine.accounts.expire.mock.calls]).toEqual([[], []]);
      }
  });

  it('watches no command and calls no feed', async () => {
    const { ask, heard, timelines } = await open();
    await ask('call', 'timelines', 'rows', ['!room']);
    await ask('watch', 'timelines', 'send', ['!room', 'x']);
    expect(heard.map(({ t }) => t)).toEqual(['failure', 'failure']);
    expect(timelines.observed).not.toHaveBeenCalled();
  });

  it('asks in vain for an account that is not there', async () => {
    const { ask, heard } = await open();
    for (const account of ['@other:zone.test', '', '__proto__']) await ask('call', 'timelines', 'send', [], account);
    expect(heard.map((message) => 'reason' in message && message.reason)).toEqual(Array(3).fill('signed-out'));
  });
});

describe('a feed', () => {
  it('tells of a change no more than what differs, and nothing where nothing does', async () => {
    const { ask, timelines, heard, told } = await open();
    const rows = [{ key: 'a' }, { key: 'b' }];
    const more = [...rows, { key: 'c' }];
    await ask('watch', 'timelines', 'rows', ['!room']);
    for (const [at, next] of [rows, more, more, rows.slice(1), 'none'].entries()) {
      timelines.rowsCell.set({ rows: next });
      await told(at < 2 ? at + 1 : at);
    }
    expect(heard.flatMap((message) => (message.t === 'values' ? message.values : []))).toEqual([
      [1, { rows }],
      [1, { parts: { rows: { list: [{ kept: [0, 2] }, { items: [{ key: 'c' }] }] } }, gone: [] }, 1],
      [1, { parts: { rows: { list: [{ kept: [1, 2] }] } }, gone: [] }, 2],
      [1, { parts: { rows: { to: 'none' } }, gone: [] }, 3]
    ]);
  });

  it('tells its present once, and its changes until it is left', async () => {
    const { ask, say, list, heard, told } = await open();
    await ask('watch', 'accounts', 'list', [], null);
    await told(1);
    list.set(['second']);
    await told(2);
    await say({ t: 'unwatch', n: 1 });
    list.set(['third']);
    await nextTurn();
    expect(heard).toEqual([valuesOf([1, ['first']]), valuesOf([1, ['second']])]);
  });

  it('changes with others of one turn in one word, of each the latest', async () => {
    const { say, list, timelines, heard, told } = await open();
    await say({ t: 'watch', n: 1, port: 'accounts', method: 'list', account: null, args: [] });
    await told(1);
    await say({ t: 'watch', n: 2, port: 'timelines', method: 'rows', account: me, args: ['!room'] });
    list.set(['second']);
    timelines.rowsCell.set('rows');
    await Promise.resolve();
    list.set(['third']);
    await told(2);
    expect(heard[1]).toEqual(valuesOf([1, ['third']], [2, 'rows']));
  });

  it('is told before the answer to what changed it', async () => {
    const { ask, say, timelines, heard } = await open();
    await say({ t: 'watch', n: 2, port: 'timelines', method: 'rows', account: me, args: ['!room'] });
    timelines.rowsCell.set('rows');
    await ask('call', 'timelines', 'send', ['!room', 'hello']);
    expect(heard.map(({ t }) => t)).toEqual(['values', 'result']);
  });

  it('that knows its present only when it is looked at tells it once', async () => {
    const { ask, timelines, heard, told } = await open();
    timelines.observed.mockImplementation(() => timelines.rowsCell.set('there'));
    await ask('watch', 'timelines', 'rows', ['!room']);
    await told(1);
    expect(heard).toEqual([valuesOf([1, 'there'])]);
  });

  it('left before the account runs is never looked at', async () => {
    const starting = Promise.withResolvers<void>();
    const { ask, say, timelines } = await open(() => starting.promise);
    await ask('watch', 'timelines', 'rows', ['!room']);
    await say({ t: 'unwatch', n: 1 });
    starting.resolve();
    await settled(5);
    expect(timelines.observed).not.toHaveBeenCalled();
  });

  it('goes on with the account when that starts anew, and with no other', async () => {
    const { ask, timelines, starts } = await open();
    await ask('watch', 'timelines', 'rows', ['!room']);
    const start = async (account: string) => {
      for (const run of [...starts]) run(account as AccountId);
      await settled(5);
    };
    await start('@other:zone.test');
    expect(timelines.observed).toHaveBeenCalledOnce();
    await start(me);
    expect([timelines.observed.mock.calls.length, timelines.left.mock.calls.length]).toEqual([2, 1]);
  });

  it('asked for twice by one number is one', async () => {
    const { ask, say, timelines, heard, told } = await open();
    await ask('watch', 'timelines', 'rows', ['!room']);
    await ask('watch', 'timelines', 'rows', ['!room']);
    timelines.rowsCell.set('new');
    await told(1);
    expect(heard).toEqual([valuesOf([1, 'new'])]);
    await say({ t: 'unwatch', n: 1 });
    expect(timelines.observed.mock.calls.length).toBe(timelines.left.mock.calls.length);
  });

  it('with a value that cannot be sent fails at the page, and nowhere else', async () => {
    const { ask, say, list, timelines, heard, told } = await open();
    await ask('watch', 'timelines', 'rows', ['!room']);
    await say({ t: 'watch', n: 2, port: 'accounts', method: 'list', account: null, args: [] });
    await told(1);
    const other = vi.fn();
    timelines.rowsCell.subscribe(other);
    expect(() => timelines.rowsCell.set(() => 1)).not.toThrow();
    list.set(['second']);
    await told(3);
    expect(other).toHaveBeenCalledOnce();
    expect(heard.slice(1)).toMatchObject([{ t: 'failure', n: 1, reason: 'unexpected' }, valuesOf([2, ['second']])]);
  });
});

describe('a page that is gone', () => {
  it('by its word leaves all it looked at, and is heard no more', async () => {
    const { ask, say, timelines, heard, starts } = await open();
    await ask('watch', 'timelines', 'rows', ['!room']);
    await say({ t: 'bye' });
    expect(timelines.left).toHaveBeenCalledOnce();
    expect(starts.size).toBe(0);
    timelines.rowsCell.set('late');
    await ask('watch', 'timelines', 'rows', ['!room']);
    await ask('call', 'accounts', 'registration', [], null);
    expect([heard, timelines.observed.mock.calls.length]).toEqual([[], 1]);
  });

  it('while its account starts leaves nothing behind', async () => {
    const starting = Promise.withResolvers<void>();
    const { ask, end, timelines } = await open(() => starting.promise);
    await ask('watch', 'timelines', 'rows', ['!room']);
    end();
    starting.resolve();
    await settled(5);
    expect(timelines.observed).not.toHaveBeenCalled();
  });

  it('without a word is found by its lock', async () => {
    const { ask, say, timelines } = await open();
    const lock = `page-${crypto.randomUUID()}`;
    const page = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const living = navigator.locks.request(lock, () => {
      held.resolve();
      return page.promise;
    });
    await held.promise;
    await say({ t: 'hello', lock });
    await ask('watch', 'timelines', 'rows', ['!room']);
    expect(timelines.left).not.toHaveBeenCalled();
    page.resolve();
    await living;
    await vi.waitFor(() => expect(timelines.left).toHaveBeenCalledOnce());
  });

  it('with a lock that no browser grants is served all the same', async () => {
    const { say, ask, heard } = await open();
    await say({ t: 'hello', lock: '-reserved' });
    await ask('call', 'accounts', 'registration', [], null);
    expect(heard).toMatchObject([{ t: 'result' }]);
  });
});

it('every method of every port is listed, once', () => {
  type Listed<P extends keyof Ports> = (typeof feeds)[P][number] | keyof (typeof commands)[P];
  type Missing = { [P in keyof Ports]: Exclude<keyof Ports[P], Listed<P>> }[keyof Ports];
  // Does not compile where a method is in neither list.
  const none: [Missing] extends [never] ? true : Missing = true;
  const all = (Object.keys(feeds) as (keyof Ports)[]).flatMap((port) =>
    [...feeds[port], ...Object.keys(commands[port])].map((method) => `${port}.${method}`)
  );
  expect([none, new Set(all).size]).toEqual([true, all.length]);
});
