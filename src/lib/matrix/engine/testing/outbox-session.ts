import { onTestFinished, vi } from 'vitest';
import { newTransaction } from '../../transaction.ts';
import type { EventId, RoomId, TransactionId } from '../../values.ts';
import { Uploads } from '../files/uploads.ts';
import { Outbox } from '../outbox.ts';
import { type Seal } from '../request.ts';
import type { Find } from '../own-past.ts';
import { AccountStore, Names } from '../store/database.ts';
import { me, room } from './examples.ts';
import { ScriptedServer, settled, type Asked } from './scripted-server.ts';

export const send = /\/send\//;
const plain: Seal = async (_room, type, content) => ({ type, content });
export const said = (asked: Asked) => asked.body.body;
export const transactionOf = (asked: Asked) => asked.path.split('/').at(-1);

/** A session on the store of that name, which ends with the test; another one is what a reload brings. */
export async function startOutbox(
  name: string,
  more: {
    seal?: Seal;
    find?: Find;
    device?: string;
    encrypts?: () => boolean | Promise<boolean>;
    largestFile?: number;
  } = {}
) {
  const { seal = plain, device = 'D', encrypts = () => false, largestFile = 1000 } = more;
  const find = vi.fn<Find>(more.find ?? (async () => 'not-sent'));
  const zone = new ScriptedServer();
  zone.on('GET', /\/media\/config$/, () => ({ 'm.upload.size': largestFile }));
  const life = new AbortController();
  const store = await AccountStore.open(new Names(name), me);
  const uploads = new Uploads({ server: zone.server, encrypts: async () => encrypts() }, life.signal);
  const outbox = new Outbox({ server: zone.server, store, seal, find, uploads, device }, life.signal);
  const sent: [TransactionId, EventId][] = [];
  outbox.listen({ changed: () => undefined, sent: (item, event) => sent.push([item.transaction, event]) });
  await outbox.load();
  const say = async (text: string, to: RoomId = room, transaction: TransactionId = newTransaction()) => {
    await outbox.add(to, 'm.room.message', { body: text }, transaction);
    return transaction;
  };
  const next = () => zone.next('PUT', send);
  const stop = async () => {
    life.abort();
    await settled();
    await store.close();
  };
  onTestFinished(stop);
  const waiting = (of = room) =>
    outbox.of(of).map(({ content, failed, sending }) => [content.body, sending ? 'sending' : (failed ?? 'queued')]);
  return { zone, find, life, store, outbox, sent, say, next, stop, waiting };
}
/** The server has it. */
export const took = (asked: Asked, event = '$event') => asked.reply({ event_id: event });
