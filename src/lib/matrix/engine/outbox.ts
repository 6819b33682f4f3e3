import * as v from 'valibot';
import { Failure } from '../failure.ts';
import { Listeners } from './listeners.ts';
import type { EventId, RoomId, TransactionId } from '../values.ts';
import type { Find } from './own-past.ts';
import { BackOff, Pause } from './pause.ts';
import { deletion, requestOf, type Seal } from './request.ts';
import { ServerError, type Server } from './server.ts';
import type { Uploads } from './files/uploads.ts';
import type { AccountStore, OutboxFile, OutboxItem } from './store/database.ts';

const sentAnswer = v.object({ event_id: v.string() });

/** ms for which a server surely remembers the transactions of a device: Synapse does for 24 hours. */
const remembered = 6 * 3_600_000;

/** As it stands in the queue. `uploaded`: its file is on its way, and so much of it is there, from 0 to 1. */
export type Outgoing = OutboxItem & { readonly sending: boolean; readonly uploaded?: number };

export interface OutboxListener {
  changed(room: RoomId): void;
  sent(item: OutboxItem, event: EventId): void;
}

/** Failures that time or another try of ours may heal; others wait for the person. */
const passing = new Set<Failure['reason']>(['unreachable', 'too-many-attempts', 'encryption-not-ready', 'keys-lost']);

const notKept = (cause: unknown): never => {
  throw new Failure('storage', 'outbox', { cause });
};

type Deps = {
  readonly server: Server;
  readonly store: AccountStore;
  readonly seal: Seal;
  readonly find: Find;
  readonly uploads: Pick<Uploads, 'place' | 'share' | 'stop'>;
  /** Transactions are a device's own. */
  readonly device: string;
};

/**
 * Messages on their way. Kept in the store before anything else, sent in order a room, exactly once by their
 * transaction id (Matrix 1.16 client-server, "Transaction identifiers"), over reloads and restarts of either side; where
 * the server may have forgotten that, the room is looked at first.
 */
export class Outbox {
  readonly #deps: Deps;
  readonly #store: AccountStore;
  readonly #life: AbortSignal;
  readonly #listeners = new Listeners<OutboxListener>();
  readonly #pauses = new Map<RoomId, Pause>();
  readonly #sending = new Set<TransactionId>();
  readonly #keeping = new Map<TransactionId, Promise<void>>();
  #items: OutboxItem[] = [];
  #order = 0;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#store = deps.store;
    this.#life = life;
  }

  /** Takes up what an earlier session left. */
  async load(): Promise<void> {
    this.#items = await this.#store.outbox();
    this.#order = Math.max(0, ...this.#items.map((item) => item.order));
    for (const room of new Set(this.#items.map((item) => item.room))) this.#drain(room);
  }

  listen(listener: OutboxListener): () => void {
    return this.#listeners.add(listener);
  }

  of(room: RoomId): readonly Outgoing[] {
    return this.#items
      .filter((item) => item.room === room)
      .map((item) => {
        const uploaded = this.#deps.uploads.share(item.transaction);
        return { ...item, sending: this.#sending.has(item.transaction), ...(uploaded !== undefined && { uploaded }) };
      });
  }

  /**
   * Keeps a message and sends it. Said again under the same transaction it is kept once: a page repeats to the next
   * engine what the last one did not confirm. One that has left already is known to the server.
   */
  async add(
    room: RoomId,
    type: string,
    content: Record<string, unknown>,
    transaction: TransactionId,
    file?: OutboxFile
  ): Promise<void> {
    if (this.#find(transaction)) return;
    const keeping =
      this.#keeping.get(transaction) ?? this.#keep({ room, type, content, transaction, ...(file && { file }) });
    this.#keeping.set(transaction, keeping);
    await keeping.finally(() => this.#keeping.delete(transaction));
  }

  /** The file of a message that is on its way. */
  file(transaction: TransactionId): OutboxFile | undefined {
    return this.#find(transaction)?.file;
  }

  #find(transaction: TransactionId): OutboxItem | undefined {
    return this.#items.find((item) => item.transaction === transaction);
  }

  async #keep(said: Pick<OutboxItem, 'transaction' | 'room' | 'type' | 'content' | 'file'>): Promise<void> {
    const since = this.#fromNow();
    const { room } = said;
    const item = { ...said, order: ++this.#order, at: since.at, failed: null, since };
    await this.#store.putOutbox(item).catch(notKept);
    this.#items.push(item);
    this.#changed(room);
    // Who writes does not want to wait for the end of a pause.
    this.#pauses.get(room)?.wake();
    this.#drain(room);
  }

  async retry(transaction: TransactionId): Promise<void> {
    const item = this.#find(transaction);
    if (!item) throw new Failure('not-found', transaction);
    // Nobody could tell whether it has arrived: she has looked, and says that it has not.
    const since = item.failed === 'interrupted' ? this.#fromNow() : item.since;
    await this.#replace({ ...item, failed: null, since });
    this.#pauses.get(item.room)?.wake();
    this.#drain(item.room);
  }

  /** Rejects with `not-found` for what has been sent or is being sent at this moment. */
  async cancel(transaction: TransactionId): Promise<void> {
    const item = this.#find(transaction);
    if (!item || this.#sending.has(transaction)) throw new Failure('not-found', transaction);
    this.#deps.uploads.stop(transaction);
    await this.#remove(item).catch((thrown) => {
      // What the store would send after a reload is not taken back.
      this.#items = [...this.#items, item].sort((a, b) => a.order - b.order);
      this.#changed(item.room);
      this.#drain(item.room);
      throw thrown;
    });
  }

  /** Takes one back wherever it stands; resolves to its event where it was too late for that. */
  async takeBack(transaction: TransactionId): Promise<EventId | undefined> {
    const { promise, resolve } = Promise.withResolvers<EventId | undefined>();
    const stop = this.#listeners.add({
      changed: () =>
        void (
          this.#sending.has(transaction) ||
          this.cancel(transaction).then(
            () => resolve(undefined),
            () => undefined
          )
        ),
      sent: (item, event) => item.transaction === transaction && resolve(event)
    });
    try {
      if (!this.#sending.has(transaction)) await this.cancel(transaction).then(() => resolve(undefined));
      return await promise;
    } finally {
      stop();
    }
  }

  /** The network is back: whatever waits tries now. */
  wake(): void {
    for (const pause of this.#pauses.values()) pause.wake();
    for (const room of new Set(this.#items.map((item) => item.room))) this.#drain(room);
  }

  #drain(room: RoomId): void {
    if (this.#pauses.has(room)) return;
    const pause = new Pause(this.#life);
    this.#pauses.set(room, pause);
    this.#run(room, pause).catch((thrown) => {
      // The store itself failed: nothing is lost, the next message, connection or start takes the queue up again.
      console.error('outbox stopped', room, Failure.from(thrown).message);
      this.#pauses.delete(room);
    });
  }

  async #run(room: RoomId, pause: Pause): Promise<void> {
    const backOff = new BackOff();
    for (;;) {
      const item = this.#items.find((item) => item.room === room && item.failed === null);
      if (!item || this.#life.aborted) {
        this.#pauses.delete(room);
        return;
      }
      try {
        const ready = await this.#withFile(item);
        // Taken back meanwhile.
        if (!this.#find(item.transaction)) continue;
        // Deleted twice is deleted.
        if (ready.type === deletion || this.#isRemembered(ready)) await this.#send(ready);
        else await this.#reconcile(ready);
        backOff.reset();
      } catch (thrown) {
        if (this.#life.aborted) return;
        const now = this.#find(item.transaction);
        if (!now) continue;
        const failure = Failure.from(thrown);
        console.warn('not sent', room, item.transaction, failure.message);
        // The engine starts anew once the person has signed in again.
        if (failure.reason === 'signed-out') return void this.#pauses.delete(room);
        if (passing.has(failure.reason)) await pause.for(backOff.next(failure.retryAfter));
        else await this.#replace({ ...now, failed: failure.reason });
      }
    }
  }

  /** The message with its file at the zone. */
  async #withFile(item: OutboxItem): Promise<OutboxItem> {
    if (!item.file) return item;
    const file = await this.#deps.uploads.place(item, item.file, () => this.#changed(item.room));
    if (file === item.file) return item;
    const placed = { ...item, file };
    await this.#replace(placed);
    return placed;
  }

  #fromNow(): { at: number; device: string } {
    return { at: Date.now(), device: this.#deps.device };
  }

  /** Whether the server knows any earlier try: a clock that went backwards leaves that open too. */
  #isRemembered({ since }: OutboxItem): boolean {
    return since?.device === this.#deps.device && Math.abs(Date.now() - since.at) < remembered;
  }

  /** Finds out whether an earlier try has arrived: then it is sent, else it may be tried from now on. */
  async #reconcile(item: OutboxItem): Promise<void> {
    const found = await this.#deps.find(item);
    if (found === 'unknown') throw new Failure('interrupted', 'it may have arrived');
    if (found === 'not-sent') return this.#replace({ ...item, since: this.#fromNow() });
    this.#listeners.tell((listener) => listener.sent(item, found.event));
    await this.#forget(item);
  }

  async #send(item: OutboxItem): Promise<void> {
    this.#sending.add(item.transaction);
    this.#changed(item.room);
    try {
      const { at, body } = await requestOf(item, this.#deps.seal);
      const answer = await this.#deps.server.call('PUT', at, sentAnswer, { body, signal: this.#life });
      this.#listeners.tell((listener) => listener.sent(item, answer.event_id as EventId));
    } catch (thrown) {
      // The same sign of the same person stands there already.
      if (!(thrown instanceof ServerError) || thrown.code !== 'M_DUPLICATE_ANNOTATION') throw thrown;
    } finally {
      this.#sending.delete(item.transaction);
      this.#changed(item.room);
    }
    await this.#forget(item);
  }

  /** Sent it is, whether the store forgets it or not: after a reload the server knows its transaction, or the room does. */
  async #forget(item: OutboxItem): Promise<void> {
    await this.#remove(item).catch((thrown) => console.warn('a sent message stays kept', Failure.from(thrown).message));
  }

  async #replace(item: OutboxItem): Promise<void> {
    // Taken back meanwhile.
    if (!this.#find(item.transaction)) return;
    this.#items = this.#items.map((other) => (other.transaction === item.transaction ? item : other));
    await this.#store.putOutbox(item).catch(notKept);
    this.#changed(item.room);
  }

  async #remove(item: OutboxItem): Promise<void> {
    this.#items = this.#items.filter((other) => other.transaction !== item.transaction);
    await this.#store.removeOutbox(item.transaction).catch(notKept);
    this.#changed(item.room);
  }

  #changed(room: RoomId): void {
    this.#listeners.tell((listener) => listener.changed(room));
  }
}
