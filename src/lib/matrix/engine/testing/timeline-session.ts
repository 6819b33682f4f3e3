import { onTestFinished } from 'vitest';
import type { RoomId, Row, Timeline, TransactionId } from '../../values.ts';
import type { Crypto, Opened } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';
import type { Outbox } from '../outbox.ts';
import type { OutboxItem, Tail } from '../store/database.ts';
import type { RoomNews } from '../sync/intake.ts';
import { Records } from '../sync/records.ts';
import { OpenTimeline } from '../timeline/open-timeline.ts';
import { event, me, room } from './examples.ts';
import { ScriptedServer, settled } from './scripted-server.ts';

export const messages = /\/messages$/;

/** A crypto that opens an event when the test says so. */
class SlowCrypto {
  readonly #gates = new Map<string, PromiseWithResolvers<Opened>>();
  readonly later = new Map<string, () => void>();

  readonly open: Crypto['open'] = (_room, raw, later) => {
    this.later.set(raw.event_id, later);
    return this.gate(raw.event_id).promise;
  };

  gate(name: string): PromiseWithResolvers<Opened> {
    const known = this.#gates.get(name) ?? Promise.withResolvers<Opened>();
    this.#gates.set(name, known);
    return known;
  }

  says(name: string): void {
    this.gate(name).resolve({ type: 'm.room.message', content: { msgtype: 'm.text', body: name } });
  }

  /** From now on the event is opened anew. */
  forget(name: string): void {
    this.#gates.delete(name);
  }
}

/** What is kept of the one conversation, and when. */
class KeptTails {
  tail: Promise<Tail | undefined>;
  take: (() => Tail | null) | undefined;
  flushed = 0;

  constructor(tail: Tail | undefined) {
    this.tail = Promise.resolve(tail);
  }

  of = () => this.tail;

  keep = (_room: RoomId, take: () => Tail | null): void => {
    this.take = take;
  };

  flush = async (): Promise<void> => {
    this.tail = Promise.resolve(this.take?.() ?? undefined);
    this.flushed++;
  };
}

/** `tail`: what an earlier session has kept. `crypto` false: it has not started yet. */
export function openTimeline({ tail, crypto: isUp = true }: { tail?: Tail; crypto?: boolean } = {}) {
  const zone = new ScriptedServer();
  const items: OutboxItem[] = [];
  const crypto = new SlowCrypto();
  const records = new Records([]);
  const outbox = { of: () => items.map((item) => ({ ...item, sending: false })) } as unknown as Outbox;
  const tails = new KeptTails(tail);
  const values: Timeline[] = [];
  let up = isUp;
  const timeline = new OpenTimeline(
    room,
    { server: zone.server, records, outbox, crypto: () => (up ? (crypto as unknown as Crypto) : undefined), tails, me },
    (value) => values.push(value)
  );
  onTestFinished(() => timeline.close());
  const page = () => zone.next('GET', messages);
  const take = (arrived: RawEvent[], more: Partial<RoomNews> = {}) =>
    timeline.take({ room, arrived, state: [], gap: false, before: null, stale: false, ...more });
  const current = () => values.at(-1);
  const item = (name: string): OutboxItem => ({
    transaction: name as TransactionId,
    room,
    order: 1,
    at: 1,
    type: 'm.room.message',
    content: { msgtype: 'm.text', body: name },
    failed: null
  });
  const start = () => {
    up = true;
    timeline.reopen();
  };
  return { zone, items, crypto, tails, start, timeline, values, page, take, current, item };
}

/** Newest first, as the server tells history. */
export const chunk = (...names: (string | RawEvent)[]) =>
  names.map((one) => (typeof one === 'string' ? event(one) : one)).reverse();
export const said = (timeline: Timeline | undefined) =>
  timeline?.rows.map((row: Row) => (row.kind === 'message' && row.body.type === 'text' ? row.body.text : row.key));
export const sealed = (name: string) => event(name, { type: 'm.room.encrypted', content: { ciphertext: 'x' } });

/** Open and loaded with these. */
export async function loadedTimeline(...names: (string | RawEvent)[]) {
  const timeline = openTimeline();
  (await timeline.page()).reply({ chunk: chunk(...names), end: 'p1' });
  await settled();
  return timeline;
}
