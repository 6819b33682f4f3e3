import type { EventId, RoomId, TransactionId, UserId } from '../../values.ts';
import { placeFile } from '../../writing/file-content.ts';
import type { RawEvent } from '../event.ts';
import type { Outbox } from '../outbox.ts';
import type { OutboxItem } from '../store/database.ts';
import type { Entry } from './entry.ts';
import type { Echo } from './rows.ts';

type Sent = OutboxItem & { readonly event: EventId };

/** One's own messages between being written and being among the events, and the keys that their rows keep. */
export class OwnMessages {
  readonly #room: RoomId;
  readonly #me: UserId;
  readonly #outbox: Outbox;
  readonly #keys = new Map<EventId, TransactionId>();
  #sent: readonly Sent[] = [];

  constructor(room: RoomId, me: UserId, outbox: Outbox) {
    this.#room = room;
    this.#me = me;
    this.#outbox = outbox;
  }

  get keys(): ReadonlyMap<EventId, TransactionId> {
    return this.#keys;
  }

  /** Those that the server has and the timeline has not. */
  get sent(): readonly Sent[] {
    return this.#sent;
  }

  /** One that the server has and the timeline has not, as it will come. */
  entry(event: EventId): Entry | undefined {
    const found = this.#sent.find((item) => item.event === event);
    return found && entryOf(found, event, this.#me);
  }

  /** The server has it. `isHere`: its event came by the sync before the answer to its sending. */
  take(item: OutboxItem, event: EventId, isHere: boolean): void {
    if (isHere) this.#keys.set(event, item.transaction);
    else this.#sent = [...this.#sent, { ...item, event }];
  }

  /** An event came in: where it is one's own it keeps the key of its echo. */
  recognise(raw: RawEvent): void {
    if (raw.sender !== this.#me) return;
    const transaction = raw.unsigned.transaction_id as TransactionId | undefined;
    const echo = this.#sent.find((item) => item.event === raw.event_id || item.transaction === transaction);
    const key = echo?.transaction ?? transaction;
    // A row that has been shown keeps the key that it had.
    if (key && !this.#keys.has(raw.event_id)) this.#keys.set(raw.event_id, key);
    if (echo) this.#sent = this.#sent.filter((item) => item !== echo);
  }

  /** Lets go of some that were sent: they lie further back than what is loaded. */
  forget(sent: readonly Sent[]): void {
    this.#sent = this.#sent.filter((item) => !sent.includes(item));
  }

  echoes(): readonly Echo[] {
    const known = new Set<TransactionId>([...this.#keys.values(), ...this.#sent.map(({ transaction }) => transaction)]);
    const waiting = this.#outbox.of(this.#room).filter(({ transaction }) => !known.has(transaction));
    return [
      ...this.#sent.map((item) => ({ ...item, sending: false })),
      ...waiting.map((item) => ({ ...item, event: null }))
    ];
  }
}

/** What was sent, as its event will say it. */
export function entryOf({ type, content: said, at, file }: OutboxItem, event: EventId, me: UserId): Entry {
  const content = file?.stored ? placeFile(said, file.stored) : said;
  const raw = { event_id: event, type, content, sender: me, origin_server_ts: at, unsigned: {} };
  return { raw, opened: { type, content } };
}
