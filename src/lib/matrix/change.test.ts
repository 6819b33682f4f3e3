import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed, difference } from './change.ts';
import { settle } from './settle.ts';

const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom(null, undefined, 0, -0, NaN, true, ''),
      fc.string({ maxLength: 2 }),
      fc.integer({ max: 3 })
    ),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'key', 'id', 'to', 'list', '__proto__', 'constructor'), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true
    })
  )
}));
/** Lists of which the next shares things with the one before, in any order. */
const lists = fc
  .array(fc.record({ key: fc.string({ maxLength: 2 }), body: value }, { noNullPrototype: true }), { maxLength: 8 })
  .chain((pool) => {
    const some =
      pool.length > 0 ? fc.array(fc.oneof(fc.constantFrom(...pool), value), { maxLength: 10 }) : fc.array(value);
    return fc.tuple(some, some);
  });
const pair: fc.Arbitrary<readonly [unknown, unknown]> = fc.oneof(
  fc.tuple(value, value),
  lists,
  lists.map(
    ([before, next]) =>
      [
        { rows: before, older: 'more' },
        { rows: next, older: 'more' }
      ] as const
  )
);
/** As a page has it: a copy, changed by what crossed. */
const crossed = (held: unknown, before: unknown, next: unknown) => {
  const change = difference(before, next);
  return change === null ? held : settle(held, changed(held, structuredClone(change)));
};

describe('what crosses of a change', () => {
  it('gives the same value as sending it whole, whatever changed', () => {
    fc.assert(
      fc.property(pair, ([before, next]) => {
        expect(isDeepStrictEqual(crossed(structuredClone(before), before, next), structuredClone(next))).toBe(true);
      }),
      { numRuns: 3_000 }
    );
  });

  it('and does so over a whole history of changes', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), (pairs) => {
        const values = pairs.flat();
        let held = structuredClone(values[0]);
        for (const [index, next] of values.entries()) {
          held = crossed(held, values[Math.max(0, index - 1)], next);
          expect(isDeepStrictEqual(held, structuredClone(next))).toBe(true);
        }
      })
    );
  });

  it('is nothing where nothing changed, also in another order of names', () => {
    const part = { key: 'a' };
    expect(difference({ a: part, b: [part] }, { b: [part], a: part })).toBeNull();
    expect(difference([], [])).toBeNull();
  });

  it('refuses a value that it was not taken from', () => {
    expect(() => changed({}, { list: [{ kept: [0, 1] }] })).toThrow(TypeError);
    expect(() => changed([], { parts: {}, gone: ['a'] })).toThrow(TypeError);
  });
});

describe('of a long timeline', () => {
  const row = (key: number) => ({ key: `$${key}`, body: { type: 'text', text: 'bla '.repeat(20) } });
  const rows = Array.from({ length: 300 }, (_, key) => row(key));
  const timeline = { rows, older: 'more', newer: 'end', typing: [] as unknown[] };
  const size = (next: unknown) => JSON.stringify(difference(timeline, next)).length;

  it('somebody who writes, a new row, one edited, more in front and less behind cost what they are', () => {
    const one = JSON.stringify(row(0)).length + 100;
    expect(size({ ...timeline, typing: [{ id: '@anna:zone.test', name: 'Anna' }] })).toBeLessThan(100);
    expect(size({ ...timeline, rows: [...rows, row(300)] })).toBeLessThan(one);
    expect(size({ ...timeline, rows: [...rows.slice(0, 150), row(-1), ...rows.slice(151)] })).toBeLessThan(one);
    expect(size({ ...timeline, rows: [row(-2), row(-1), ...rows.slice(0, 298)] })).toBeLessThan(2 * one);
    expect(size({ ...timeline, rows: [...rows.slice(1), row(300)] })).toBeLessThan(one);
    expect(JSON.stringify(timeline).length).toBeGreaterThan(50 * one);
  });
});
