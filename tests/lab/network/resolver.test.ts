import { expect, test } from 'vitest';
import { checksum, resolve } from './resolver.ts';

const names = new Map([['a.test', '10.64.0.1']]);

/** A question in a UDP packet from 10.64.0.2 port 4000 to 10.64.0.254. */
function ask(name: string, type: number, port = 53): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const query = Buffer.concat([
    Buffer.from([7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ...labels,
    Buffer.from([0, 0, type, 0, 1])
  ]);
  const head = Buffer.alloc(28);
  head[0] = 0x45;
  head.writeUInt16BE(28 + query.length, 2);
  head[9] = 17;
  Buffer.from([10, 64, 0, 2, 10, 64, 0, 254]).copy(head, 12);
  head.writeUInt16BE(4000, 20);
  head.writeUInt16BE(port, 22);
  return Buffer.concat([head, query]);
}

test('a name of the lab has its address', () => {
  const reply = resolve(ask('A.test', 1), names);
  if (!reply) throw new Error('no reply');
  expect([...reply.subarray(12, 20)]).toEqual([10, 64, 0, 254, 10, 64, 0, 2]);
  expect(checksum(reply.subarray(0, 20))).toBe(0);
  expect([reply.readUInt16BE(20), reply.readUInt16BE(22)]).toEqual([53, 4000]);
  expect([...reply.subarray(28, 30)]).toEqual([7, 9]);
  expect(reply.readUInt16BE(30) & 0x800f).toBe(0x8000);
  expect([...reply.subarray(-4)]).toEqual([10, 64, 0, 1]);
});

test('another kind of record of it is empty, and another name is none', () => {
  const service = resolve(ask('a.test', 33), names);
  expect(service?.readUInt16BE(30)).toBe(0x8180);
  expect(service?.readUInt16BE(34)).toBe(0);
  expect((resolve(ask('_matrix-fed._tcp.a.test', 33), names)?.readUInt16BE(30) ?? 0) & 15).toBe(3);
});

test('what is no question is left alone', () => {
  expect(resolve(ask('a.test', 1, 54), names)).toBeNull();
  expect(resolve(ask('a.test', 1).subarray(0, 44), names)).toBeNull();
});
