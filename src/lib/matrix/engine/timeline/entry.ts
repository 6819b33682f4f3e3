import type { RoomId } from '../../values.ts';
import type { Crypto, Opened } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';

/** An event of an open timeline: as it came, and what it says once opened. */
export type Entry = { readonly raw: RawEvent; readonly opened: Opened };

export const isOpen = (opened: Opened): opened is Extract<Opened, { type: string }> => 'type' in opened;

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
    if (raw.type !== 'm.room.encrypted' || raw.state_key !== undefined)
      return { raw, opened: { type: raw.type, content: raw.content } };
    const crypto = this.#crypto();
    if (!crypto) return { raw, opened: { cause: 'waiting' } };
    return { raw, opened: await crypto.open(this.#room, raw, () => this.#onLater(raw)) };
  }
}
