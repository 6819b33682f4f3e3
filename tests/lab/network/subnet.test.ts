import { expect, test } from 'vitest';
import { freeSubnet } from './subnet.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const route = (to: string, mask: string): string => `eth0\t${to}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0\n`;

test('a default route takes nothing', () => {
  expect(freeSubnet(head + route('00000000', '00000000'), 0)).toBe('10.64.0');
  expect(freeSubnet(head, 300)).toBe('10.65.44');
});

test('goes around what the machine routes, wider or narrower', () => {
  // 10.64.0.0/16, and 10.65.0.128/25.
  const routes = head + route('0000400A', '0000FFFF') + route('8000410A', '80FFFFFF');
  expect(freeSubnet(routes, 0)).toBe('10.65.1');
});

test('says so when there is none', () => {
  expect(() => freeSubnet(head + route('0000000A', '000000FF'), 5)).toThrow('10.64.0.0/10');
});
