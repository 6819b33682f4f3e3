import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** Lets no more than so many bytes a second through. */
const paced = (bytesPerSecond: number): Transform => {
  let free = performance.now();
  return new Transform({
    highWaterMark: 65_536,
    transform: (chunk: Buffer, _encoding, done) => {
      free = Math.max(free, performance.now()) + (chunk.length / bytesPerSecond) * 1000;
      const wait = free - performance.now();
      if (wait < 1) done(null, chunk);
      else setTimeout(() => done(null, chunk), wait);
    }
  });
};

/** A line of so many Mbit/s, each way and for each connection, to a port of this machine. Its own port, and how it is taken down. */
export async function line(to: number, mbit: number): Promise<{ readonly port: number; readonly close: () => void }> {
  const rate = (mbit * 1_000_000) / 8;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(paced(rate)).pipe(far);
    far.pipe(paced(rate)).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    }
  };
}
