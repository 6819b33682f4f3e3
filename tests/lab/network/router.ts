/**
 * Joins hosts: IPv4 packets from each one's TUN, which socat carries to a UDP socket here, go to the TUN of the host that
 * has the destination address. A process of its own, before the tests in the queue for the processor, so that a busy test
 * does not delay packets.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { answer } from '../channel.ts';
import { spawnBound, until } from '../process.ts';
import { resolve } from './resolver.ts';
import { clear, Way, type Counts, type LinkSettings } from './way.ts';

type Port = {
  readonly address: string;
  readonly socket: Socket;
  /** Where its carrier listens, known from the first packet that comes. */
  port: number | null;
};
type Waiting = { readonly at: number; readonly packet: Buffer };

const ports = new Map<string, Port>();
const ways = new Map<string, Way>();
const queues = new Map<Way, Waiting[]>();
/** Addresses by name, and where they are asked for. */
let names: ReadonlyMap<string, string> = new Map();
let resolver = '';

const wayBetween = (from: string, to: string): Way => {
  const key = `${from}>${to}`;
  const way = ways.get(key) ?? new Way();
  ways.set(key, way);
  return way;
};

function route(from: string, packet: Buffer): void {
  // RFC 791: the destination stands in bytes 16 to 19.
  const destination = packet.subarray(16, 20).join('.');
  if (destination === resolver) return ask(from, packet);
  const to = ports.get(destination);
  if (!to) return;
  const way = wayBetween(from, to.address);
  const now = performance.now();
  const at = way.accept(packet.length, now);
  if (at === null) return;
  const queue = queues.get(way) ?? [];
  queues.set(way, queue);
  if (queue.length === 0 && at - now < 0.5) return deliver(to, packet);
  // Order is kept, so one timer a queue, for its head.
  if (queue.push({ at, packet }) === 1) setTimeout(() => drain(to, queue), at - now);
}

function ask(from: string, packet: Buffer): void {
  const asker = ports.get(from);
  const reply = resolve(packet, names);
  if (asker && reply) deliver(asker, reply);
}

function drain(to: Port, queue: Waiting[]): void {
  for (let head = queue[0]; head; head = queue[0]) {
    const wait = head.at - performance.now();
    if (wait >= 0.5) return void setTimeout(() => drain(to, queue), wait);
    queue.shift();
    deliver(to, head.packet);
  }
}

// A failed send is a lost packet.
const deliver = ({ socket, port }: Port, packet: Buffer): void => {
  if (port !== null) socket.send(packet, port, '127.0.0.1', () => undefined);
};

const open = async (): Promise<Socket> => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
};

const methods = {
  /** Answers for these names (addresses by name) at an address of its own. */
  resolve: (address: string, known: ReadonlyMap<string, string>): void => {
    resolver = address;
    names = known;
  },
  /** Makes the interface `tun`, to be moved into the host of that address. A TUN made and then moved is its only one: no carrier that a browser could go around the router by. */
  attach: async (address: string, tun: string): Promise<void> => {
    const socket = await open();
    const carrier = spawnBound(
      [
        'socat',
        `TUN,tun-name=${tun},iff-no-pi,tun-type=tun`,
        `UDP4-DATAGRAM:127.0.0.1:${socket.address().port},rcvbuf=4000000,sndbuf=4000000`
      ],
      { stdio: ['ignore', 'ignore', 'ignore'] }
    );
    await until(`interface ${tun}`, () => {
      if (carrier.exitCode !== null) throw new Error(`socat could not make ${tun}`);
      return existsSync(`/sys/class/net/${tun}`);
    });
    const port: Port = { address, socket, port: null };
    ports.set(address, port);
    socket.on('message', (packet, from) => {
      port.port ??= from.port;
      route(address, packet);
    });
  },
  /** Resolves when the host of that address has sent its first packet: from then on it can be reached. */
  heard: (address: string): Promise<unknown> =>
    until(`a packet of ${address}`, () => ports.get(address)?.port, { seconds: 5 }),
  set: (from: string, to: string, change: Partial<LinkSettings>): void => {
    const way = wayBetween(from, to);
    way.settings = { ...way.settings, ...change };
  },
  reset: (from: string, to: string): void => {
    wayBetween(from, to).settings = clear;
  },
  counts: (from: string, to: string): Counts => wayBetween(from, to).counts
};
export type Router = typeof methods;

setPriority(-10);
answer(methods);
