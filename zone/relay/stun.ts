/** STUN messages (RFC 5389, as RFC 8489 keeps them): as little as asking a relay for an allocation takes. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const cookie = 0x2112a442;
const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** Method and class as one number (RFC 5389, 6). */
export const messageTypes = {
  bindingRequest: 0x0001,
  allocateRequest: 0x0003,
  allocateSuccess: 0x0103,
  allocateError: 0x0113,
  refreshRequest: 0x0004,
  refreshSuccess: 0x0104
} as const;

export const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  software: 0x8022,
  fingerprint: 0x8028
} as const;

export type Attribute = { readonly type: number; readonly value: Buffer };
export type Message = {
  readonly type: number;
  readonly transaction: Buffer;
  readonly attributes: readonly Attribute[];
};

function header(type: number, length: number, transaction: Buffer): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(length, 2);
  bytes.writeUInt32BE(cookie, 4);
  transaction.copy(bytes, 8);
  return bytes;
}

function encodeAttribute({ type, value }: Attribute): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** The message on the wire; with a key it ends in MESSAGE-INTEGRITY (RFC 5389, 15.4). */
export function encode({ type, transaction, attributes: list }: Message, key?: Buffer): Buffer {
  const body = Buffer.concat(list.map(encodeAttribute));
  if (!key) return Buffer.concat([header(type, body.length, transaction), body]);
  // The length counts the integrity attribute, which covers all that stands before it.
  const signed = Buffer.concat([header(type, body.length + 24, transaction), body]);
  const value = createHmac('sha1', key).update(signed).digest();
  return Buffer.concat([signed, encodeAttribute({ type: attributes.integrity, value })]);
}

/** null: these bytes are no whole STUN message. */
export function decode(bytes: Buffer): Message | null {
  if (bytes.length < 20 || bytes.readUInt32BE(4) !== cookie || bytes.readUInt16BE(2) !== bytes.length - 20) return null;
  const list: Attribute[] = [];
  for (let at = 20; at < bytes.length;) {
    if (at + 4 > bytes.length) return null;
    const length = bytes.readUInt16BE(at + 2);
    if (at + 4 + length > bytes.length) return null;
    list.push({ type: bytes.readUInt16BE(at), value: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + padded(length);
  }
  return { type: bytes.readUInt16BE(0), transaction: bytes.subarray(8, 20), attributes: list };
}

export const attribute = (message: Message, type: number): Buffer | undefined =>
  message.attributes.find((found) => found.type === type)?.value;

/** Whether the message is signed with the key: the sender knows our secret, and nothing was changed on the way. */
export function isSigned(bytes: Buffer, key: Buffer): boolean {
  const message = decode(bytes);
  const index = message?.attributes.findIndex(({ type }) => type === attributes.integrity) ?? -1;
  const given = message?.attributes[index]?.value;
  if (!message || given?.length !== 20) return false;
  // Over the bytes as they came: padding may hold anything (RFC 5389, 15).
  const before = message.attributes.slice(0, index).reduce((sum, { value }) => sum + 4 + padded(value.length), 20);
  const signed = Buffer.from(bytes.subarray(0, before));
  signed.writeUInt16BE(before - 20 + 24, 2);
  return timingSafeEqual(createHmac('sha1', key).update(signed).digest(), given);
}

/** The key of long-term credentials (RFC 5389, 15.4). */
export const longTermKey = (username: string, realm: string, password: string): Buffer =>
  createHash('md5').update(`${username}:${realm}:${password}`).digest();

/** ERROR-CODE as a number such as 401 (RFC 5389, 15.6). */
export const errorCodeOf = (value: Buffer): number => (value.readUInt8(2) & 7) * 100 + value.readUInt8(3);

/** XOR-MAPPED-ADDRESS or XOR-RELAYED-ADDRESS as text (RFC 5389, 15.2). */
export function addressOf(value: Buffer, transaction: Buffer): { address: string; port: number } {
  const mask = Buffer.concat([header(0, 0, transaction).subarray(4, 8), transaction]);
  const port = value.readUInt16BE(2) ^ (cookie >>> 16);
  const bytes = value.subarray(4).map((byte, index) => byte ^ (mask[index] ?? 0));
  if (value.readUInt8(1) === 1) return { address: bytes.join('.'), port };
  const groups = Array.from({ length: 8 }, (_, group) =>
    Buffer.from(bytes)
      .readUInt16BE(group * 2)
      .toString(16)
  );
  return { address: groups.join(':'), port };
}
