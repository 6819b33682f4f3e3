/** Measures a link from within its two hosts: one listens, the other asks. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { connect, createServer, type AddressInfo } from 'node:net';
import { answer } from '../channel.ts';

/** When how many bytes came, of the last upload. */
let arrivals: { at: number; bytes: number }[] = [];

const methods = {
  /** Echoes datagrams and swallows streams; returns the two ports. */
  listen: async (): Promise<{ echo: number; sink: number }> => {
    const echo = createSocket('udp4');
    echo.on('message', (packet, from) => echo.send(packet, from.port, from.address));
    echo.bind(0);
    await once(echo, 'listening');
    const sink = createServer((stream) => {
      arrivals = [];
      stream.on('data', ({ length }) => arrivals.push({ at: performance.now(), bytes: length }));
      stream.on('error', () => stream.destroy());
    }).listen(0);
    await once(sink, 'listening');
    return { echo: echo.address().port, sink: (sink.address() as AddressInfo).port };
  },

  /** Sends `count` datagrams, one each `every` ms, and waits `patience` ms for the last echoes; the trips' times in ms. */
  trips: async (address: string, port: number, count: number, every: number, patience: number): Promise<number[]> => {
    const socket = createSocket('udp4');
    const sent: number[] = [];
    const trips: number[] = [];
    const all = Promise.withResolvers<void>();
    socket.on('message', (packet) => {
      const at = sent[packet.readUInt32BE(0)];
      if (at !== undefined && trips.push(performance.now() - at) === count) all.resolve();
    });
    const send = (): void => {
      const packet = Buffer.alloc(100);
      packet.writeUInt32BE(sent.length, 0);
      sent.push(performance.now());
      socket.send(packet, port, address);
    };
    const start = performance.now();
    const ticking = setInterval(() => {
      // A timer that comes late makes up for it.
      while (sent.length < count && performance.now() - start >= sent.length * every) send();
      if (sent.length < count) return;
      clearInterval(ticking);
      setTimeout(all.resolve, patience);
    }, every);
    await all.promise;
    socket.close();
    return trips;
  },

  /** Sends a stream as fast as it goes for so many ms. */
  upload: async (address: string, port: number, ms: number): Promise<void> => {
    const stream = connect(port, address);
    await once(stream, 'connect');
    const block = Buffer.alloc(16 << 10);
    const end = performance.now() + ms;
    while (performance.now() < end) {
      if (!stream.write(block)) await Promise.race([once(stream, 'drain'), passed(end - performance.now())]);
    }
    stream.destroy();
  },

  /** What came of the last upload in Mbit/s, without its first `skip` ms. */
  rate: (skip: number): number => {
    const start = arrivals[0]?.at ?? 0;
    const counted = arrivals.filter(({ at }) => at > start + skip);
    const bytes = counted.slice(1).reduce((sum, arrival) => sum + arrival.bytes, 0);
    return (bytes * 8) / 1000 / ((counted.at(-1)?.at ?? 0) - (counted[0]?.at ?? 0));
  }
};
export type Prober = typeof methods;

const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// It measures the link, not how busy the machine is.
setPriority(-10);
answer(methods);
