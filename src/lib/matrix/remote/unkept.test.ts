import { beforeEach, expect, it, vi } from 'vitest';
import type { Target } from '../channel.ts';
import type { AccountId } from '../values.ts';
import { Failure } from '../failure.ts';
import { handOver, putBy, takeOver } from './unkept.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 7 });
  for (const name of ['sessionStorage', 'localStorage']) {
    const kept = new Map<string, string>();
    vi.stubGlobal(name, {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key)
    });
  }
  return () => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  };
});

const drafts = (account: string) => ({ port: 'drafts', method: 'keep', account: account as AccountId }) as const;
const [alba, bo] = [drafts('@alba:zone.test'), drafts('@bo:zone.test')];

/** What is handed over, by an engine that takes all of it or refuses for a reason. */
async function handedOver(refusing?: Failure) {
  const given: { target: Target; args: readonly unknown[] }[] = [];
  await handOver(async (target, args) => {
    given.push({ target, args });
    if (refusing) throw refusing;
  });
  return given;
}

it('the last word of each draft is put by, and handed over once', async () => {
  for (const [target, room, text] of [
    [alba, '!a', 'on'],
    [alba, '!b', 'other'],
    [bo, '!a', 'another’s'],
    [alba, '!a', 'once']
  ] as const)
    expect(putBy(target, [room, text])).toBe(true);
  expect(await handedOver()).toEqual([
    { target: alba, args: ['!b', { text: 'other' }, 7] },
    { target: bo, args: ['!a', { text: 'another’s' }, 7] },
    { target: alba, args: ['!a', { text: 'once' }, 7] }
  ]);
  expect(await handedOver()).toEqual([]);
});

it('what cannot be kept waits for the next engine, and goes with its account', async () => {
  putBy(alba, ['!a', 'on']);
  putBy(bo, ['!a', 'gone'], localStorage);
  vi.setSystemTime(9);
  await handedOver(new Failure('storage'));
  expect([sessionStorage, localStorage].map((where) => where.getItem('tertulia.unkept'))).not.toContain(null);
  expect(await handedOver(new Failure('signed-out'))).toEqual([
    { target: alba, args: ['!a', { text: 'on' }, 7] },
    { target: bo, args: ['!a', { text: 'gone' }, 7] }
  ]);
  expect(await handedOver()).toEqual([]);
});

it('what a build before this one put by is a draft like the others', async () => {
  putBy(alba, ['!a', 'on']);
  putBy(alba, ['!b', '']);
  putBy(alba, ['!c', { text: 'new' }]);
  expect((await handedOver()).map(({ args }) => args[1])).toEqual([{ text: 'on' }, null, { text: 'new' }]);
});

it('nothing else is', async () => {
  expect(putBy({ port: 'timelines', method: 'send', account: null }, ['!a', 'hello'])).toBe(false);
  expect(await handedOver()).toEqual([]);
});

it('what is damaged keeps nothing else from being kept', async () => {
  localStorage.setItem('tertulia.unkept', '[{"tar');
  putBy(alba, ['!a', 'on']);
  expect(await handedOver()).toEqual([{ target: alba, args: ['!a', { text: 'on' }, 7] }]);
  expect(localStorage.getItem('tertulia.unkept')).toBeNull();
});

it('is taken when another tab goes and when the page is back, and never by an older build', () => {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  const version: { current: 'current' | 'superseded' } = { current: 'current' };
  const call = vi.fn(async () => undefined);
  takeOver({ version, call });
  const goes = (newValue: string | null) =>
    page.dispatchEvent(Object.assign(new Event('storage'), { key: 'tertulia.unkept', newValue }));
  for (const happens of [() => goes('[…]'), () => page.dispatchEvent(new Event('pageshow'))]) {
    putBy(alba, ['!a', 'last word'], localStorage);
    happens();
    expect(call).toHaveBeenLastCalledWith(alba, ['!a', { text: 'last word' }, 7]);
  }
  goes(null);
  expect(call).toHaveBeenCalledTimes(2);
  version.current = 'superseded';
  putBy(alba, ['!a', 'for the newer one'], localStorage);
  goes('[…]');
  expect(call).toHaveBeenCalledTimes(2);
  expect(localStorage.getItem('tertulia.unkept')).toContain('for the newer one');
});
