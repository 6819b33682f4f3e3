import { describe, expect, it } from 'vitest';
import { firstToLast } from './ranges.ts';

describe('a range in the words of coturn', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0-10.255.255.255'],
    ['10.78.0.0/24', '10.78.0.0-10.78.0.255'],
    ['10.78.0.7/24', '10.78.0.0-10.78.0.255'],
    ['192.168.1.5/32', '192.168.1.5-192.168.1.5'],
    ['0.0.0.0/0', '0.0.0.0-255.255.255.255'],
    ['fd00::/8', 'fd00:0:0:0:0:0:0:0-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::1/128', '2001:db8:0:0:0:0:0:1-2001:db8:0:0:0:0:0:1'],
    ['::/0', '0:0:0:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']
  ])('%s', (range, expected) => {
    expect(firstToLast(range)).toBe(expected);
  });
});
