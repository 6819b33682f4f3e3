import { createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import {
  addressOf,
  attribute,
  attributes,
  decode,
  encode,
  errorCodeOf,
  isSigned,
  longTermKey,
  messageTypes,
  type Attribute,
  type Message
} from './stun.ts';

export type Relay = { readonly host: string; readonly port: number; readonly secret: string };
export type Allocation =
  | { readonly kind: 'relayed'; readonly address: string; readonly port: number }
  | { readonly kind: 'refused'; readonly why: string };

const udp = Buffer.from([17, 0, 0, 0]);
/** RFC 5389, 7.2.1: sent again after 500 ms, doubling; given up after 3 s in all. */
const patience = { first: 250, all: 3000 };

/**
 * Asks the relay for an allocation, as a caller does, with credentials made from the shared secret, and gives it back
 * at once. The answer must be signed with the same secret: another machine on that address cannot pass for our relay.
 */
export async function allocate({ host, port, secret }: Relay): Promise<Allocation> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    const first = await exchange(socket, host, port, request(messageTypes.allocateRequest, [transport]));
    if (!first) return refused('does not answer');
    const realm = attribute(first.message, attributes.realm);
    const nonce = attribute(first.message, attributes.nonce);
    if (!realm || !nonce) return refused('answers, but asks for no credentials');
    const username = `${Math.floor(Date.now() / 1000) + 300}:check`;
    const password = createHmac('sha1', secret).update(username).digest('base64');
    const key = longTermKey(username, realm.toString(), password);
    const credentials: Attribute[] = [
      { type: attributes.username, value: Buffer.from(username) },
      { type: attributes.realm, value: realm },
      { type: attributes.nonce, value: nonce }
    ];
    const second = await exchange(
      socket,
      host,
      port,
      request(messageTypes.allocateRequest, [transport, ...credentials]),
      key
    );
    if (!second) return refused('stops answering when it is given credentials');
    const relayed = attribute(second.message, attributes.xorRelayedAddress);
    if (second.message.type !== messageTypes.allocateSuccess || !relayed) {
      const code = attribute(second.message, attributes.errorCode);
      return refused(`refuses our credentials (error ${code ? errorCodeOf(code) : 'unknown'})`);
    }
    if (!isSigned(second.bytes, key)) return refused('is not ours: it does not know our secret');
    const nothing: Attribute = { type: attributes.lifetime, value: Buffer.alloc(4) };
    await exchange(socket, host, port, request(messageTypes.refreshRequest, [nothing, ...credentials]), key);
    return { kind: 'relayed', ...addressOf(relayed, second.message.transaction) };
  } catch (thrown) {
    return refused(`cannot be asked (${(thrown as NodeJS.ErrnoException).code ?? String(thrown)})`);
  } finally {
    socket.close();
  }
}

const transport: Attribute = { type: attributes.requestedTransport, value: udp };
const refused = (why: string): Allocation => ({ kind: 'refused', why });
const request = (type: number, list: readonly Attribute[]): Message => ({
  type,
  transaction: randomBytes(12),
  attributes: list
});

type Reply = { readonly message: Message; readonly bytes: Buffer };

/** Sends until the reply to this very request comes; null after the patience is over. */
function exchange(socket: Socket, host: string, port: number, message: Message, key?: Buffer): Promise<Reply | null> {
  return new Promise((resolve, reject) => {
    const bytes = encode(message, key);
    let wait = patience.first;
    let again: NodeJS.Timeout | undefined;
    const send = () => {
      socket.send(bytes, port, host);
      again = setTimeout(send, wait);
      wait *= 2;
    };
    const end = (settle: () => void) => {
      clearTimeout(again);
      clearTimeout(over);
      socket.off('message', receive).off('error', fail);
      settle();
    };
    const receive = (received: Buffer) => {
      const reply = decode(received);
      if (reply?.transaction.equals(message.transaction)) end(() => resolve({ message: reply, bytes: received }));
    };
    const fail = (error: Error) => end(() => reject(error));
    const over = setTimeout(() => end(() => resolve(null)), patience.all);
    socket.on('message', receive).on('error', fail);
    send();
  });
}
