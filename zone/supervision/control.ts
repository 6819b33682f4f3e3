import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { PartName } from '../component.ts';
import type { Layout } from '../layout.ts';
import type { PartState } from './part.ts';

/** What a running supervisor tells about itself. */
export type Report = {
  readonly pid: number;
  readonly name: string;
  readonly origin: string;
  readonly since: number;
  readonly parts: readonly { readonly name: PartName; readonly state: PartState }[];
};

export type Orders = { status(): Report; down(): Promise<void> };
type Question = keyof Orders;

/**
 * Runs with a path to the socket that is short whatever the data directory is called: the system takes 108 bytes, and
 * the directory's descriptor names it in fewer.
 */
async function atSocket<T>(layout: Layout, run: (path: string) => Promise<T>): Promise<T> {
  mkdirSync(layout.run, { recursive: true, mode: 0o700 });
  const directory = openSync(layout.run, 'r');
  try {
    return await run(`/proc/self/fd/${directory}/control.sock`);
  } finally {
    closeSync(directory);
  }
}

/** Answers questions on the zone's socket, which its directory (0700) keeps from others. Returns what ends it. */
export function serveControl(layout: Layout, orders: Orders): Promise<() => void> {
  return atSocket(layout, async (path) => {
    rmSync(join(layout.run, 'control.sock'), { force: true });
    const server: Server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (question: Buffer) => {
        void answer(question.toString().trim() as Question, orders).then((text) => socket.end(`${text}\n`));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    return () => {
      server.close();
      rmSync(join(layout.run, 'control.sock'), { force: true });
    };
  });
}

async function answer(question: Question, orders: Orders): Promise<string> {
  if (question === 'status') return JSON.stringify(orders.status());
  if (question !== 'down') return JSON.stringify({ error: 'unknown question' });
  await orders.down();
  return JSON.stringify({});
}

/** Asks the supervisor of a data directory. null: none runs there. */
export function askSupervisor(layout: Layout, question: 'status'): Promise<Report | null>;
export function askSupervisor(layout: Layout, question: 'down'): Promise<object | null>;
export function askSupervisor(layout: Layout, question: Question): Promise<unknown> {
  return atSocket(
    layout,
    (path) =>
      new Promise((resolve, reject) => {
        const socket = connect(path);
        let text = '';
        socket.on('data', (chunk) => (text += chunk.toString()));
        socket.once('end', () => resolve(text ? JSON.parse(text) : null));
        socket.once('error', (error: NodeJS.ErrnoException) =>
          ['ENOENT', 'ECONNREFUSED'].includes(error.code ?? '') ? resolve(null) : reject(error)
        );
        socket.once('connect', () => socket.write(`${question}\n`));
        socket.setTimeout(20_000, () => socket.destroy(new Error('the supervisor does not answer')));
      })
  );
}
