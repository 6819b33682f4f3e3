import { Failure } from '../../failure.ts';
import type { RoomId } from '../../values.ts';
import type { Crypto, Opened } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';

/** An event of an open timeline: as it came, and what it says once opened. */
export type Entry = { readonly raw: RawEvent; readonly opened: Opened };

export const isOpen = (opened: Opened): opened is Extract<Opened, { type: string }> => 'type' in opened;

/** Whether a message came without what it said: deleted, it keeps its type and loses its content (Matrix 1.16, "Redactions"). */
export const isDeleted = (raw: RawEvent): boolean =>
  raw.state_key === undefined && (Object.keys(raw.content).length === 0 || raw.unsigned.redacted_because !== undefined);

/** Opens events for a timeline. Plain ones at once; encrypted ones when the crypto is up and the key is there. */
export class Opener {
  readonly #room: RoomId;
  readonly #crypto: () => Crypto | undefined;
  readonly #onLater: (raw: RawEvent) => void;

  /** `onLater` runs when an event that could not be read can be. */
  constructor(room: RoomId, crypto: () => Crypto | undefined, onLater: (raw: RawEvent) => void) {
    this.#room = room;
    this.#crypto = crypto;
    this.#onLater = onLater;
  }

  all(events: readonly RawEvent[]): Promise<Entry[]> {
    return Promise.all(events.map((raw) => this.one(raw)));
  }

  async one(raw: RawEvent): Promise<Entry> {
    const { type, content } = raw;
    if (type !== 'm.room.encrypted' || raw.state_key !== undefined || isDeleted(raw))
      return { raw, opened: { type, content } };
    const crypto = this.#crypto();
    if (!crypto) return { raw, opened: { cause: 'waiting' } };
    try {
      return { raw, opened: await crypto.open(this.#room, raw, () => this.#onLater(raw)) };
    } catch (thrown) {
      // One event that nobody can make sense of does not keep the others from being read.
      console.warn('not opened', this.#room, raw.event_id, Failure.from(thrown).message);
      return { raw, opened: { cause: 'no-key' } };
    }
  }
}
