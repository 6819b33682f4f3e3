import { Failure } from '../failure.ts';
import type { Attachment, Body, Delivery, EventId, RoomId, TransactionId, Writing } from '../values.ts';

/** What one says, or does to what was said. */
export type Deed =
  | {
      readonly does: 'say';
      readonly writing: Writing;
      readonly answers: EventId | null;
      readonly file: Attachment | null;
      /** What was said elsewhere, to be said as it is. */
      readonly body?: Body;
    }
  | { readonly does: 'edit'; readonly of: EventId; readonly writing: Writing }
  | { readonly does: 'reaction'; readonly to: EventId; readonly key: string }
  | { readonly does: 'deletion'; readonly of: EventId };

export type Letter = {
  readonly transaction: TransactionId;
  readonly room: RoomId;
  readonly deed: Deed;
  readonly at: number;
  readonly delivery: Delivery;
};

/** What waits to be sent, in order for each room. What fails stands aside until it is tried again. */
export class FakeOutbox {
  #letters: readonly Letter[] = [];
  /** Rooms that are being emptied; true where somebody asked again meanwhile. */
  readonly #busy = new Map<RoomId, boolean>();
  readonly #upload: () => Promise<void>;
  readonly #deliver: (letter: Letter) => Promise<void>;
  readonly #changed: () => void;

  /** They reject with `unreachable` or `signed-out` where the message shall go on waiting; `upload` is for its file. */
  constructor(
    { upload, deliver }: { upload: () => Promise<void>; deliver: (letter: Letter) => Promise<void> },
    changed: () => void
  ) {
    this.#upload = upload;
    this.#deliver = deliver;
    this.#changed = changed;
  }

  in(room: RoomId): readonly Letter[] {
    return this.#letters.filter((letter) => letter.room === room);
  }

  /** A letter that waits already is the same one. */
  add(letter: Letter): void {
    if (this.#letters.some(({ transaction }) => transaction === letter.transaction)) return;
    this.#letters = [...this.#letters, letter];
    this.#changed();
  }

  retry(transaction: TransactionId): void {
    const letter = this.#waiting(transaction);
    this.#letters = this.#letters.filter((other) => other !== letter);
    this.add({ ...letter, delivery: 'queued' });
  }

  cancel(transaction: TransactionId): void {
    const letter = this.#waiting(transaction);
    this.#letters = this.#letters.filter((other) => other !== letter);
    this.#changed();
  }

  clear(): void {
    this.#letters = [];
  }

  /** Sends what waits; called when a message is added and when the network is back. */
  flush(): void {
    for (const room of new Set(this.#letters.map((letter) => letter.room))) void this.#empty(room);
  }

  async #empty(room: RoomId): Promise<void> {
    if (this.#busy.has(room)) return void this.#busy.set(room, true);
    this.#busy.set(room, false);
    try {
      for (let next = this.#next(room); next; next = this.#next(room)) {
        const { transaction } = next;
        const hasFile = next.deed.does === 'say' && next.deed.file !== null;
        this.#mark(transaction, hasFile ? { uploaded: 0 } : 'sending');
        try {
          if (hasFile) await this.#upload();
          // Taken back meanwhile.
          if (!this.#find(transaction)) continue;
          this.#mark(transaction, 'sending');
          await this.#deliver(next);
          this.#letters = this.#letters.filter((letter) => letter.transaction !== transaction);
          this.#changed();
        } catch (thrown) {
          const { reason } = Failure.from(thrown);
          const waits = reason === 'unreachable' || reason === 'signed-out';
          this.#mark(transaction, waits ? 'queued' : { failed: reason });
          if (!waits) continue;
          if (!this.#busy.get(room)) return;
          this.#busy.set(room, false);
        }
      }
    } finally {
      this.#busy.delete(room);
    }
  }

  #next(room: RoomId): Letter | undefined {
    return this.#letters.find((letter) => letter.room === room && letter.delivery === 'queued');
  }

  #mark(transaction: TransactionId, delivery: Delivery): void {
    this.#letters = this.#letters.map((letter) =>
      letter.transaction === transaction ? { ...letter, delivery } : letter
    );
    this.#changed();
  }

  /** The file of a message that waits. */
  fileOf(transaction: TransactionId): Attachment | undefined {
    const deed = this.#find(transaction)?.deed;
    return (deed?.does === 'say' && deed.file) || undefined;
  }

  #find(transaction: TransactionId): Letter | undefined {
    return this.#letters.find((letter) => letter.transaction === transaction);
  }

  #waiting(transaction: TransactionId): Letter {
    const letter = this.#find(transaction);
    if (!letter || letter.delivery === 'sending') throw new Failure('not-found', 'nothing waits under this name');
    return letter;
  }
}
