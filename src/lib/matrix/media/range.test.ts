import { expect, it } from 'vitest';
import { headersOf, partOf } from './range.ts';

it.each([
  [null, 100, 'whole'],
  ['bytes=0-', 100, { first: 0, last: 99 }],
  ['bytes=10-19', 100, { first: 10, last: 19 }],
  ['bytes=90-500', 100, { first: 90, last: 99 }],
  ['bytes=-10', 100, { first: 90, last: 99 }],
  ['bytes=-500', 100, { first: 0, last: 99 }],
  ['bytes=100-', 100, 'outside'],
  ['bytes=0-', 0, 'outside'],
  ['bytes=-0', 100, 'outside'],
  // What may be ignored: several parts, another unit, nonsense.
  ['bytes=0-1,5-6', 100, 'whole'],
  ['lines=1-2', 100, 'whole'],
  ['bytes=9-3', 100, 'whole'],
  ['bytes=-', 100, 'whole']
] as const)('%s of %i bytes is %o', (range, size, part) => {
  expect(partOf(range, size)).toEqual(part);
});

it('a part says where it is from, and keeps what the server said of the whole', () => {
  const whole = new Headers({
    'content-type': 'video/mp4',
    'content-security-policy': 'sandbox',
    'content-length': '100'
  });
  expect(Object.fromEntries(headersOf(whole, { first: 10, last: 19 }, 100))).toEqual({
    'accept-ranges': 'bytes',
    'content-length': '10',
    'content-range': 'bytes 10-19/100',
    'content-security-policy': 'sandbox',
    'content-type': 'video/mp4'
  });
});
