import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './settle.ts';

/** What crosses the boundary: JSON-like values, lists of things with keys or ids among them. */
const { value } = fc.letrec((tie) => ({
  thing: fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), body: tie('value') }, { noNullPrototype: true }),
  other: fc.record(
    { id: fc.constantFrom('x', 'y', 1, 2), name: fc.string({ maxLength: 2 }) },
    { noNullPrototype: true }
  ),
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom(null, undefined, 0, -0, NaN, true, ''),
      fc.string({ maxLength: 2 }),
      fc.integer({ max: 3 })
    ),
    fc.array(tie('thing'), { maxLength: 5 }),
    fc.array(tie('other'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'key', 'id', '__proto__', 'constructor'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true
    })
  )
}));

describe('a value that came anew', () => {
  it('is what came, whatever was there before', () => {
    fc.assert(
      fc.property(value, value, (before, next) => {
        expect(isDeepStrictEqual(settle(before, structuredClone(next)), structuredClone(next))).toBe(true);
      }),
      { numRuns: 1000 }
    );
  });

  it('is the same object where nothing changed', () => {
    fc.assert(
      fc.property(value, (before) => {
        const plain = structuredClone(before);
        expect(Object.is(settle(plain, structuredClone(plain)), plain)).toBe(true);
      })
    );
  });

  it('changes neither what was there nor what came', () => {
    fc.assert(
      fc.property(value, value, (before, next) => {
        const copies = structuredClone([before, next]);
        settle(before, next);
        expect(isDeepStrictEqual([before, next], copies)).toBe(true);
      })
    );
  });
});

describe('rows', () => {
  const row = (key: string, text: string) => ({ key, body: { type: 'text', text } });
  const rows = [row('1', 'one'), row('2', 'two'), row('3', 'three')] as const;

  it('that did not change stay the same, wherever they stand now', () => {
    const next = settle([...rows], [row('0', 'before'), row('1', 'one'), row('3', 'changed'), row('2', 'two')]);
    expect(next[1]).toBe(rows[0]);
    expect(next[3]).toBe(rows[1]);
    expect(next[2]).not.toBe(rows[2]);
  });

  it('of which one changed are another list, with the parts that did not', () => {
    const before = { rows: [...rows], older: 'more' };
    const next = settle(before, { rows: [row('1', 'one'), { ...row('2', 'two'), edited: true }], older: 'more' });
    expect(next).not.toBe(before);
    expect(next.rows[0]).toBe(rows[0]);
    expect(next.rows[1]?.body).toBe(rows[1].body);
  });
});

it('knows a part that is undefined from one that is not there', () => {
  expect(isDeepStrictEqual(settle({ a: undefined }, { b: undefined }), { b: undefined })).toBe(true);
});

it('takes things that are not plain as they come', () => {
  const [before, next] = [new Date(1), new Date(2)];
  expect(settle(before, next)).toBe(next);
  expect(settle({ at: before }, { at: next }).at).toBe(next);
  expect(settle(new Map([[1, 2]]), new Map([[3, 4]]))).toEqual(new Map([[3, 4]]));
});

it('is fast for a long timeline of which one row changed', () => {
  const rows = (last: string) =>
    Array.from({ length: 10_000 }, (_, at) => ({ key: `$${at}`, text: at < 9_999 ? 'x' : last }));
  const [before, next] = [rows('old'), rows('new')];
  const start = performance.now();
  settle(before, next);
  expect(performance.now() - start).toBeLessThan(1_000);
});
