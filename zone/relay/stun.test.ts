import { describe, expect, it } from 'vitest';
import { addressOf, attribute, attributes, decode, encode, errorCodeOf, isSigned, longTermKey } from './stun.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/\s/g, ''), 'hex');
// RFC 5769, 2.4: long-term credentials.
const request = bytes(`
  00010060 2112a442 78ad3433c6ad72c029da412e
  00060012 e3839ee38388e383aae38383e382afe382b90000
  0015001c 662f2f3439396b39353464364f4c33346f4c39465354767936347341
  0014000b 6578616d706c652e6f726700
  00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666`);
const key = longTermKey('マトリックス', 'example.org', 'TheMatrIX');
// RFC 5769, 2.2 and 2.3: answers, padded with something else than zeros.
const answer4 = bytes(`
  0101003c 2112a442 b7e7a701bc34d686fa87dfae
  8022000b 7465737420766563746f7220
  00200008 0001a147e112a643
  00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7
  80280004 c07d4c96`);
const answer6 = bytes(`
  01010048 2112a442 b7e7a701bc34d686fa87dfae
  8022000b 7465737420766563746f7220
  00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
  00080014 a382954e4be67bf11784c97c8292c275bfe3ed41
  80280004 c8fb0b4c`);
const shortTerm = Buffer.from('VOkJxbRl1RmTxUk/WvJxBt');

describe('STUN, by the test vectors of RFC 5769', () => {
  it('writes the request of 2.4 byte for byte', () => {
    const list = [
      { type: attributes.username, value: Buffer.from('マトリックス') },
      { type: attributes.nonce, value: Buffer.from('f//499k954d6OL34oL9FSTvy64sA') },
      { type: attributes.realm, value: Buffer.from('example.org') }
    ];
    const transaction = bytes('78ad3433c6ad72c029da412e');
    expect(encode({ type: 1, transaction, attributes: list }, key).toString('hex')).toBe(request.toString('hex'));
  });

  it('knows what is signed with the key, and what was changed or signed with another', () => {
    expect(isSigned(request, key)).toBe(true);
    expect(isSigned(answer4, shortTerm)).toBe(true);
    expect(isSigned(answer6, shortTerm)).toBe(true);
    expect(isSigned(answer4, key)).toBe(false);
    const changed = Buffer.from(answer4);
    changed.writeUInt8(changed.readUInt8(40) ^ 1, 40);
    expect(isSigned(changed, shortTerm)).toBe(false);
  });

  it.each([
    [answer4, { address: '192.0.2.1', port: 32853 }],
    [answer6, { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 }]
  ])('reads the address of an answer', (answer, expected) => {
    const message = decode(answer);
    const value = message && attribute(message, attributes.xorMappedAddress);
    expect(message && value && addressOf(value, message.transaction)).toEqual(expected);
  });
});

describe('what is no STUN message', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another protocol', Buffer.alloc(40, 0x47)],
    ['half a message', answer4.subarray(0, 30)],
    ['a message with a tail', Buffer.concat([answer4, Buffer.alloc(4)])],
    ['an attribute longer than its message', bytes('00010004 2112a442 78ad3433c6ad72c029da412e 000600ff')]
  ])('refuses %s', (_, text) => {
    expect(decode(text)).toBeNull();
    expect(isSigned(text, key)).toBe(false);
  });
});

it('reads an error code', () => {
  expect(errorCodeOf(bytes('00000401 556e617574686f72697a6564'))).toBe(401);
});
