/**
 * The resolver of a lab's network, as a function over packets: a question to port 53 becomes its answer. It knows the
 * lab's names and says at once that there is no other, as a network's resolver does; a homeserver that asks for SRV
 * records of a host without a resolver waits for its own timeout instead. RFC 791, RFC 768, RFC 1035.
 */
const udp = 17;
const typeA = 1;

/** Null where the packet is no question. @param names addresses by name */
export function resolve(packet: Buffer, names: ReadonlyMap<string, string>): Buffer | null {
  const ipBytes = ((packet[0] ?? 0) & 0x0f) * 4;
  if (packet[9] !== udp || packet.length < ipBytes + 8 + 12 || packet.readUInt16BE(ipBytes + 2) !== 53) return null;
  const answer = answerTo(packet.subarray(ipBytes + 8), names);
  return answer && replyWith(packet.subarray(0, ipBytes), packet.readUInt16BE(ipBytes), answer);
}

function answerTo(query: Buffer, names: ReadonlyMap<string, string>): Buffer | null {
  const question = questionOf(query);
  if (!question) return null;
  const address = names.get(question.name);
  const found = address !== undefined && question.type === typeA;
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  // An answer, with recursion wanted and had; 3: no such name.
  head.writeUInt16BE(0x8180 | (address === undefined ? 3 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found ? 1 : 0, 6);
  const parts = [head, query.subarray(12, question.end)];
  if (found) parts.push(recordOf(address));
  return Buffer.concat(parts);
}

/** The name asked for, in small letters, and where the question ends. */
function questionOf(query: Buffer): { name: string; type: number; end: number } | null {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]; length !== 0; length = query[at]) {
    if (length === undefined || length > 63) return null;
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  if (query.length < end) return null;
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end };
}

/** An A record of the name in the question, good for a minute. */
function recordOf(address: string): Buffer {
  const record = Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 60, 0, 4]);
  return Buffer.concat([record, Buffer.from(address.split('.').map(Number))]);
}

/** To whoever sent the packet with this IP header, from port 53 to `port`. */
function replyWith(header: Buffer, port: number, body: Buffer): Buffer {
  const reply = Buffer.alloc(28 + body.length);
  reply[0] = 0x45;
  reply.writeUInt16BE(reply.length, 2);
  reply[8] = 64;
  reply[9] = udp;
  header.copy(reply, 12, 16, 20);
  header.copy(reply, 16, 12, 16);
  reply.writeUInt16BE(checksum(reply.subarray(0, 20)), 10);
  reply.writeUInt16BE(53, 20);
  reply.writeUInt16BE(port, 22);
  // The checksum of UDP over IPv4 may be left 0: none.
  reply.writeUInt16BE(8 + body.length, 24);
  body.copy(reply, 28);
  return reply;
}

/** RFC 1071. */
export function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
