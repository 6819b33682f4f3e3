import { expect, it } from 'vitest';
import type { Row } from '../../values.ts';
import { event, id } from '../testing/examples.ts';
import { readRow } from './read-row.ts';

const run = {
  entries: ['$state', '$1', '$reaction', '$2', '$call'].map((name) => {
    const raw = event(name);
    return { raw, opened: raw };
  })
};
const rows = ['$1', '$2'].map((name) => ({ kind: 'message', event: name }) as unknown as Row);

it.each([
  ['$1', '$1'],
  ['$reaction', '$1'],
  ['$call', '$2'],
  ['$state', '$state'],
  ['$elsewhere', '$elsewhere'],
  [null, null]
])('a mark at %s is read up to %s', (mark, message) => {
  expect(readRow(rows, run, mark === null ? null : id(mark))).toBe(message);
});
