import { describe, expect, it } from 'vitest';
import type { EventId, Notice, Person, Row, UserId } from '$lib/matrix/values';
import { countAfter, entriesOf, indexOfRow, newestEvent, type Entry } from './entries';

const minute = 60_000;
const noon = new Date(2026, 4, 14, 12).getTime();
const [alba, marta, jordi, laia] = ['alba', 'marta', 'jordi', 'laia'].map((name): Person => ({
  id: `@${name}:zone.example` as UserId,
  name
})) as [Person, Person, Person, Person];
const event = (name: string) => name as EventId;

const says = (sender: Person, key: string, at = noon): Row => ({
  kind: 'message',
  key,
  at,
  sender,
  event: event(key),
  mine: sender === alba,
  body: { type: 'text', style: 'plain', text: key },
  answers: null,
  doubt: null,
  edited: false,
  reactions: [],
  delivery: sender === alba ? 'sent' : null,
  transaction: null,
  act: null
});
const happens = (sender: Person, key: string, notice: Notice, at = noon): Row => ({
  kind: 'notice',
  key,
  at,
  sender,
  notice
});

const arrange = (rows: readonly Row[], newAfter: EventId | null = null, older: 'more' | 'beginning' = 'more') =>
  entriesOf({ rows, older }, newAfter);
const kinds = (entries: readonly Entry[]) => entries.map(({ kind }) => kind);
const groups = (entries: readonly Entry[]) =>
  entries.flatMap((entry) =>
    entry.kind === 'message' ? [`${entry.key}${entry.opens ? '<' : ''}${entry.closes ? '>' : ''}`] : []
  );

describe('messages', () => {
  it('of one sender within five minutes stand together', () => {
    const rows = [
      says(marta, 'a', noon),
      says(marta, 'b', noon + 5 * minute),
      says(marta, 'c', noon + 10 * minute + 1),
      says(alba, 'd', noon + 10 * minute + 2),
      says(marta, 'e', noon + 10 * minute + 3)
    ];
    expect(groups(arrange(rows))).toEqual(['a<', 'b>', 'c<>', 'd<>', 'e<>']);
  });

  it('are parted by what stands between them', () => {
    const rows = [says(marta, 'a'), happens(jordi, 'x', { type: 'joined', person: jordi }), says(marta, 'b')];
    expect(groups(arrange(rows))).toEqual(['a<>', 'b<>']);
    expect(groups(arrange([says(marta, 'a'), says(marta, 'b')], event('a')))).toEqual(['a<>', 'b<>']);
  });

  it('keep their keys, so that a row stays itself when its event arrives', () => {
    expect(arrange([says(alba, 'transaction 1')]).at(-1)?.key).toBe('transaction 1');
  });
});

describe('days', () => {
  it('have a line each', () => {
    const rows = [says(marta, 'a', noon - 24 * 60 * minute), says(marta, 'b'), says(marta, 'c', noon + minute)];
    expect(kinds(arrange(rows))).toEqual(['day', 'message', 'day', 'message', 'message']);
  });

  it('that come twice, from a clock that is wrong, still have keys of their own', () => {
    const yesterday = noon - 24 * 60 * minute;
    const entries = arrange([
      says(marta, 'a', yesterday),
      says(marta, 'b'),
      says(marta, 'c', yesterday),
      says(marta, 'd')
    ]);
    expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length);
  });

  it('keep their key while one reads back', () => {
    const later = says(marta, 'b');
    const key = (rows: readonly Row[]) => arrange(rows).find(({ kind }) => kind === 'day')?.key;
    expect(key([says(marta, 'a', noon - minute), later])).toBe(key([later]));
  });
});

describe('the line «new»', () => {
  it('stands before the first message of others after what had been read', () => {
    const rows = [says(marta, 'a'), happens(jordi, 'x', { type: 'joined', person: jordi }), says(marta, 'b')];
    expect(kinds(arrange(rows, event('a')))).toEqual(['day', 'message', 'changes', 'new', 'message']);
    expect(kinds(arrange(rows, event('x')))).toEqual(['day', 'message', 'changes', 'new', 'message']);
  });

  it('is not drawn over what one has said oneself, nor where nothing follows', () => {
    expect(kinds(arrange([says(marta, 'a'), says(alba, 'b'), says(marta, 'c')], event('a')))).not.toContain('new');
    expect(kinds(arrange([says(marta, 'a')], event('a')))).not.toContain('new');
    expect(kinds(arrange([says(marta, 'a')], event('elsewhere')))).not.toContain('new');
  });
});

describe('changes', () => {
  const joins = (person: Person) => happens(person, `${person.name} joins`, { type: 'joined', person });
  const folded = (rows: readonly Row[]) =>
    arrange(rows).flatMap((entry) =>
      entry.kind === 'changes' ? [entry.changes.map((one) => one.people.map((p) => p.name))] : []
    );

  it('of one kind become one line', () => {
    expect(folded([joins(marta), joins(jordi), joins(laia)])).toEqual([[['marta', 'jordi', 'laia']]]);
  });

  it('name each person once', () => {
    expect(folded([joins(marta), joins(marta)])).toEqual([[['marta']]]);
  });

  it('of several kinds stay apart, in one entry', () => {
    const rows = [
      happens(laia, '1', { type: 'created' }),
      happens(laia, '2', { type: 'invited', person: marta }),
      happens(laia, '3', { type: 'invited', person: jordi }),
      happens(alba, '4', { type: 'invited', person: jordi }),
      joins(marta)
    ];
    expect(folded(rows)).toEqual([[[], ['marta', 'jordi'], ['jordi'], ['marta']]]);
  });

  it('of another day are told there', () => {
    const rows = [joins(marta), happens(jordi, 'x', { type: 'joined', person: jordi }, noon + 24 * 60 * minute)];
    expect(kinds(arrange(rows))).toEqual(['day', 'changes', 'day', 'changes']);
  });

  it('keep the key of their entry while one reads back', () => {
    const key = (rows: readonly Row[]) => arrange(rows).find(({ kind }) => kind === 'changes')?.key;
    expect(key([joins(laia), joins(marta)])).toBe(key([joins(marta)]));
  });
});

describe('the beginning', () => {
  it('is told where nothing lies before', () => {
    expect(kinds(arrange([says(marta, 'a')], null, 'beginning'))).toEqual(['beginning', 'day', 'message']);
    expect(kinds(arrange([], null, 'beginning'))).toEqual(['beginning']);
  });
});

describe('what has been seen', () => {
  const rows = [says(marta, 'a'), { ...says(alba, 'b'), event: null } as Row, says(marta, 'c')];

  it('is the newest event at or above an entry', () => {
    const entries = arrange(rows);
    expect(newestEvent(entries, entries.length - 1)).toBe('c');
    expect(newestEvent(entries, 2)).toBe('a');
    expect(newestEvent(entries, 0)).toBeNull();
    expect(newestEvent(entries, 99)).toBe('c');
  });

  it('leaves the messages of others after it', () => {
    expect(countAfter(rows, event('a'), alba.id)).toBe(1);
    expect(countAfter(rows, event('c'), alba.id)).toBe(0);
    expect(countAfter(rows, null, alba.id)).toBe(2);
  });
});

it('the entry of a row is its own, or the one that tells it with others', () => {
  const joined = (key: string) => happens(marta, key, { type: 'joined', person: marta });
  const rows = [says(alba, '1'), joined('2'), joined('3'), says(marta, '4')];
  const entries = entriesOf({ rows, older: 'more' }, null);
  const found = (key: string) => entries[indexOfRow(entries, rows, key)]?.key;
  expect(['1', '2', '3', '4', 'gone'].map(found)).toEqual(['1', '3', '3', '4', undefined]);
});
