import type { EventId, RoomId, UserId } from '../values.ts';
import type { Crypto } from './crypto/crypto.ts';
import type { RawEvent } from './event.ts';
import { source } from './request.ts';
import type { Server } from './server.ts';
import type { OutboxItem } from './store/database.ts';
import { messagesBefore } from './sync/gap.ts';

const pageSize = 100;
/** A thousand of one's own events since a message was written are looked at; then nobody knows. */
const mostPages = 10;
/** ms by which this device's clock may be ahead of the server's: far off it seldom is, by minutes often. */
const farOff = 24 * 3_600_000;
const off = 10 * 60_000;

/** Whether a message has reached its room, by the room's own history; `unknown`: it cannot be read. */
export type Found = { readonly event: EventId } | 'not-sent' | 'unknown';
export type Find = (item: OutboxItem) => Promise<Found>;

type Deps = {
  readonly server: Server;
  readonly crypto: () => Promise<Crypto>;
  readonly me: UserId;
};

/** What one has sent in a room, as its history tells it: it remembers longer than the server does its transactions. */
export class OwnPast {
  readonly #deps: Deps;
  readonly #life: AbortSignal;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
  }

  /** Looks from the newest event back to the time at which the message was written. */
  find: Find = async (item) => {
    let from: string | undefined;
    let unreadable = false;
    for (let page = 0; page < mostPages; page++) {
      const { chunk, end } = await this.#page(item.room, from);
      for (const event of chunk) {
        const found = await this.#isIt(item, event);
        if (found === 'yes') return { event: event.event_id };
        unreadable ||= found === 'unreadable';
      }
      const oldest = chunk.at(-1)?.origin_server_ts ?? Infinity;
      if (!end || oldest < item.at - farOff) return unreadable ? 'unknown' : 'not-sent';
      from = end;
    }
    return 'unknown';
  };

  #page(room: RoomId, from: string | undefined) {
    const { server, me } = this.#deps;
    return messagesBefore(server, room, { from, limit: pageSize, sender: me, signal: this.#life });
  }

  async #isIt(item: OutboxItem, event: RawEvent): Promise<'yes' | 'no' | 'unreadable'> {
    if (event.sender !== this.#deps.me) return 'no';
    if (event.unsigned.transaction_id === item.transaction) return 'yes';
    if (event.type !== 'm.room.encrypted') return event.content[source] === item.transaction ? 'yes' : 'no';
    const opened = await (await this.#deps.crypto()).open(item.room, event, () => undefined);
    if ('content' in opened) return opened.content[source] === item.transaction ? 'yes' : 'no';
    return event.origin_server_ts < item.at - off ? 'no' : 'unreadable';
  }
}
