import { beforeEach, expect, it, vi } from 'vitest';
import type { AccountId } from '../values.ts';
import { putBy, takeUp } from './unkept.ts';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key)
  });
  return () => vi.unstubAllGlobals();
});

const drafts = (account: string) => ({ port: 'drafts', method: 'keep', account: account as AccountId }) as const;
const [alba, bo] = [drafts('@alba:zone.test'), drafts('@bo:zone.test')];

it('the last word of each draft is put by, and taken up once', () => {
  for (const [target, room, text] of [
    [alba, '!a', 'on'],
    [alba, '!b', 'other'],
    [bo, '!a', 'another’s'],
    [alba, '!a', 'once']
  ] as const)
    expect(putBy(target, [room, text])).toBe(true);
  expect(takeUp()).toEqual([
    { target: alba, args: ['!b', 'other'] },
    { target: bo, args: ['!a', 'another’s'] },
    { target: alba, args: ['!a', 'once'] }
  ]);
  expect(takeUp()).toEqual([]);
});

it('nothing else is', () => {
  expect(putBy({ port: 'timelines', method: 'send', account: null }, ['!a', 'hello'])).toBe(false);
  expect(takeUp()).toEqual([]);
});
