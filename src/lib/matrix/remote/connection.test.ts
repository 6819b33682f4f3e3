import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FromEngine, FromPage, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import { Connection } from './connection.ts';
import { RemoteMatrix } from './remote.ts';

const target = { port: 'people', method: 'me', account: null } as const;
const create = { port: 'conversations', method: 'create', account: null } as const;
const send = { port: 'timelines', method: 'send', account: null } as const;

function open(options?: { joined: boolean }) {
  const said: FromPage[] = [];
  const wire: Wire<FromEngine, FromPage> = {
    onmessage: null,
    postMessage: (message) => void said.push(structuredClone(message))
  };
  const connection = new Connection(wire, options);
  const hear = (message: FromEngine) => wire.onmessage?.(new MessageEvent('message', { data: message }));
  return { connection, said, hear, wire };
}
const failure = (n: number): FromEngine => ({
  t: 'failure',
  n,
  reason: 'too-many-attempts',
  detail: 'slower',
  retryAfter: 7
});

describe('a command', () => {
  it('is answered by its own answer, whatever the order', async () => {
    const { connection, said, hear } = open();
    const [one, two] = [connection.call(target, ['a']), connection.call(target, ['b'])];
    expect(said).toMatchObject([
      { t: 'call', n: 1, ...target, args: ['a'] },
      { t: 'call', n: 2, args: ['b'] }
    ]);
    hear({ t: 'result', n: 2, value: 'B' });
    hear({ t: 'result', n: 1, value: 'A' });
    expect(await Promise.all([one, two])).toEqual(['A', 'B']);
  });

  it('fails as it failed there', async () => {
    const { connection, hear } = open();
    const call = connection.call(target, []);
    hear(failure(1));
    const thrown: unknown = await call.catch((thrown: unknown) => thrown);
    expect(thrown).toBeInstanceOf(Failure);
    expect(thrown).toMatchObject({ reason: 'too-many-attempts', retryAfter: 7 });
  });

  it('that may be lost as the page goes is put by for all tabs, if it is a draft that says something', async () => {
    const kept = vi.fn();
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: kept });
    onTestFinished(() => void vi.unstubAllGlobals());
    const keep = { port: 'drafts', method: 'keep', account: null } as const;
    const { connection, said, hear } = open();
    const putBy = () => kept.mock.calls.map(([, text]) => (JSON.parse(String(text)) as [{ args: unknown[] }])[0].args);
    const settled = connection.call(keep, ['!a', 'kept']);
    hear({ t: 'result', n: 1, value: undefined });
    await settled;
    void connection.call(keep, ['!a', 'on its way']);
    void connection.call(send, ['!a', 'hello']);
    connection.leave();
    void connection.call(keep, ['!b', 'last word']);
    void connection.call(keep, ['!c', '']);
    expect(putBy()).toEqual([
      ['!a', 'on its way'],
      ['!b', 'last word']
    ]);
    expect(said).toHaveLength(5);
    connection.stay();
    void connection.call(keep, ['!b', 'and on']);
    expect(putBy()).toHaveLength(2);
  });

  it('with what cannot be sent elsewhere fails, and is not waited for', async () => {
    const { connection, said, hear } = open();
    await expect(connection.call(target, [() => 1])).rejects.toBeInstanceOf(Failure);
    expect(said).toEqual([]);
    hear({ t: 'result', n: 1, value: 'nobody asked' });
  });

  it('is asked of the next engine where that does no harm, and else interrupted', async () => {
    const { connection, said, hear } = open();
    const lost = connection.call(create, ['Attic']);
    const repeated = connection.call(send, ['hello']);
    said.length = 0;
    connection.again();
    await expect(lost).rejects.toMatchObject({ reason: 'interrupted' });
    expect(said).toEqual([{ t: 'call', n: 2, ...send, args: ['hello'] }]);
    hear({ t: 'result', n: 2, value: 'kept' });
    expect(await repeated).toBe('kept');
  });

  it('that must not be asked twice waits for the word of an engine that it is alive', async () => {
    const { connection, said, hear } = open({ joined: false });
    const alive = vi.fn();
    connection.onalive = alive;
    void connection.call(create, ['Attic']);
    void connection.call(send, ['hello']);
    expect(said).toMatchObject([{ method: 'send' }]);
    hear({ t: 'alive', lock: 'life' });
    expect(said).toMatchObject([{ method: 'send' }, { method: 'create', args: ['Attic'] }]);
    expect(alive).toHaveBeenCalledExactlyOnceWith('life');
  });

  it('is given up when the page lets go; after that none is asked', async () => {
    const { connection, said } = open();
    const left = connection.call(target, []);
    connection.close();
    await expect(left).rejects.toMatchObject({ reason: 'unexpected' });
    expect(said.at(-1)).toEqual({ t: 'bye' });
    const before = said.length;
    await expect(connection.call(target, [])).rejects.toMatchObject({ reason: 'unexpected' });
    expect(said).toHaveLength(before);
  });
});

describe('a feed', () => {
  it('is asked for while somebody looks, once however many, and keeps its parts', () => {
    const { connection, said, hear } = open();
    const feed = connection.watch(target, [1]);
    expect(said).toEqual([]);
    const [one, two] = [vi.fn(), vi.fn()];
    const [leaveOne, leaveTwo] = [feed.subscribe(one), feed.subscribe(two)];
    expect(said).toEqual([{ t: 'watch', n: 1, ...target, args: [1] }]);
    hear({ t: 'values', values: [[1, { rows: [{ key: 'a' }] }]] });
    const first = feed.current;
    hear({ t: 'values', values: [[1, { rows: [{ key: 'a' }] }]] });
    expect([one.mock.calls.length, feed.current === first]).toEqual([1, true]);
    leaveOne();
    expect(said).toHaveLength(1);
    leaveTwo();
    expect(said.at(-1)).toEqual({ t: 'unwatch', n: 1 });
    hear({ t: 'values', values: [[1, 'late']] });
    expect(feed.current).toBe(first);
  });

  it('is asked for anew by who comes back, by another number', () => {
    const { connection, said } = open();
    const feed = connection.watch(target, []);
    feed.subscribe(() => undefined)();
    feed.subscribe(() => undefined);
    expect(said.map((message) => ('n' in message ? message.n : 0))).toEqual([1, 1, 2]);
  });

  it('is asked of another engine that takes over', () => {
    const { connection, said } = open();
    connection.watch(target, []).subscribe(() => undefined);
    connection.watch(target, []).subscribe(() => undefined)();
    said.length = 0;
    connection.again();
    expect(said).toEqual([{ t: 'watch', n: 1, ...target, args: [] }]);
  });

  it('is told what differs, and keeps the rest', () => {
    const { connection, hear } = open();
    const feed = connection.watch(target, []);
    feed.subscribe(() => undefined);
    hear({ t: 'values', values: [[1, [{ key: 'a' }, { key: 'b' }]]] });
    const [, b] = feed.current as [unknown, unknown];
    hear({ t: 'values', values: [[1, { list: [{ kept: [1, 2] }, { items: [{ key: 'c' }] }] }, 1]] });
    expect(feed.current).toEqual([{ key: 'b' }, { key: 'c' }]);
    expect((feed.current as unknown[])[0]).toBe(b);
    hear({ t: 'values', values: [[1, { list: [{ kept: [1, 2] }] }, 2]] });
    expect(feed.current).toEqual([{ key: 'c' }]);
  });

  it('that hears of a change of what it does not hold asks for the whole, once', () => {
    const { connection, said, hear } = open();
    const feed = connection.watch(target, []);
    feed.subscribe(() => undefined);
    hear({ t: 'values', values: [[1, ['a']]] });
    for (const after of [7, 8])
      hear({ t: 'values', values: [[1, { list: [{ kept: [0, 1] }, { items: ['b'] }] }, after]] });
    expect(feed.current).toEqual(['a']);
    expect(said.slice(1)).toEqual([{ t: 'watch', n: 1, ...target, args: [] }]);
    hear({ t: 'values', values: [[1, ['a', 'b']]] });
    hear({ t: 'values', values: [[1, { list: [{ kept: [1, 2] }] }, 1]] });
    expect(feed.current).toEqual(['b']);
  });

  it('that fails is noted, and rejects nothing', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const { connection, hear } = open();
    const feed = connection.watch(target, []);
    feed.subscribe(() => undefined);
    hear(failure(1));
    expect([feed.current, warn.mock.calls.length]).toEqual([undefined, 1]);
  });
});

describe('another wire', () => {
  it('is asked for all that goes on, and the one that was left is heard no more', async () => {
    const { connection, said, hear } = open();
    const feed = connection.watch(target, []);
    feed.subscribe(() => undefined);
    hear({ t: 'values', values: [[1, { rows: ['a'] }]] });
    const before = feed.current;
    const answer = connection.call(send, ['hello']);
    const second: FromPage[] = [];
    const wire: Wire<FromEngine, FromPage> = { onmessage: null, postMessage: (message) => void second.push(message) };
    connection.move(wire);
    expect(said.at(-1)).toEqual({ t: 'bye' });
    expect(second).toEqual([
      { t: 'watch', n: 1, ...target, args: [] },
      { t: 'call', n: 2, ...send, args: ['hello'] }
    ]);
    hear({ t: 'values', values: [[1, 'from the dead']] });
    expect(feed.current).toBe(before);
    const say = (message: FromEngine) => wire.onmessage?.(new MessageEvent('message', { data: message }));
    say({ t: 'values', values: [[1, { rows: ['a'] }]] });
    say({ t: 'result', n: 2, value: 'kept' });
    expect([feed.current === before, await answer]).toEqual([true, 'kept']);
  });

  it('is asked but once for what waited for an engine that never spoke', () => {
    const { connection, said } = open({ joined: false });
    void connection.call(create, ['Attic']);
    const second: FromPage[] = [];
    const wire: Wire<FromEngine, FromPage> = { onmessage: null, postMessage: (message) => void second.push(message) };
    connection.move(wire);
    wire.onmessage?.(new MessageEvent('message', { data: { t: 'alive', lock: 'life' } satisfies FromEngine }));
    expect(said.filter(({ t }) => t === 'call')).toEqual([]);
    expect(second).toMatchObject([{ t: 'call', method: 'create' }]);
  });
});

describe('a newer build', () => {
  it('leaves what is on show, refuses all else, and is told of once', async () => {
    const { connection, said, hear } = open();
    const onsuperseded = vi.fn();
    connection.onsuperseded = onsuperseded;
    const versions: string[] = [];
    connection.version.subscribe((version) => versions.push(version));
    const feed = connection.watch(target, []);
    feed.subscribe(() => undefined);
    hear({ t: 'values', values: [[1, 'on show']] });
    const lost = connection.call(send, ['hello']);
    hear({ t: 'superseded' });
    await expect(lost).rejects.toMatchObject({ reason: 'newer-version' });
    await expect(connection.call(send, ['hello'])).rejects.toMatchObject({ reason: 'newer-version' });
    connection.again();
    connection.supersede();
    expect(said.at(-1)).toEqual({ t: 'bye' });
    expect([feed.current, versions, onsuperseded.mock.calls.length]).toEqual(['on show', ['superseded'], 1]);
  });
});

describe('the ports of a page', () => {
  it('ask for what ports list, and for nothing else', async () => {
    const { connection, said, hear } = open();
    const { accounts } = new RemoteMatrix(connection);
    const registration = accounts.registration();
    hear({ t: 'result', n: 1, value: 'open' });
    expect(await registration).toBe('open');
    const odd = accounts as unknown as Record<string | symbol, unknown>;
    for (const name of ['then', 'constructor', 'toJSON', '__proto__', 'load', 'expire', Symbol.iterator])
      expect(odd[name]).toBeUndefined();
    expect(await accounts).toBe(accounts);
    expect(said).toHaveLength(1);
  });

  it('of an account are the same each time, and name it', () => {
    const { connection, said } = open();
    const matrix = new RemoteMatrix(connection);
    const id = '@me:zone.test' as never;
    expect(matrix.account(id)).toBe(matrix.account(id));
    matrix
      .account(id)
      .link.state()
      .subscribe(() => undefined);
    expect(said).toMatchObject([{ t: 'watch', port: 'link', method: 'state', account: id }]);
  });
});
