import type { Body, EventId, RoomId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';
import type { RoomRecord } from '../sync/record.ts';
import { bodyOf } from '../timeline/body.ts';
import { isDeleted, isOpen, Opener } from '../timeline/entry.ts';

const most = 500;
const deleted: Body = { type: 'deleted' };

/** What the last messages say, opened when somebody looks. Kept in memory alone, newest first out of use last. */
export class Previews {
  readonly #bodies = new Map<EventId, Body | 'opening'>();
  readonly #clear = new WeakMap<RawEvent, Body>();
  readonly #crypto: () => Crypto | undefined;
  readonly #onChange: () => void;

  constructor(crypto: () => Crypto | undefined, onChange: () => void) {
    this.#crypto = crypto;
    this.#onChange = onChange;
  }

  of(record: RoomRecord): Body | null {
    const { last } = record;
    if (!last) return null;
    if (isDeleted(last)) return deleted;
    if (last.type !== 'm.room.encrypted') return this.#plain(last);
    const known = this.#bodies.get(last.event_id);
    if (known === undefined && this.#crypto()) void this.#open(record.id, last);
    return known === undefined || known === 'opening' ? null : known;
  }

  /** The same object each time: what is as it was is not shown anew. */
  #plain(last: RawEvent): Body | null {
    const known = this.#clear.get(last) ?? bodyOf(last.type, last.content);
    if (known) this.#clear.set(last, known);
    return known;
  }

  async #open(room: RoomId, last: RawEvent): Promise<void> {
    this.#bodies.set(last.event_id, 'opening');
    const again = () => {
      this.#bodies.delete(last.event_id);
      this.#onChange();
    };
    const { opened } = await new Opener(room, this.#crypto, again).one(last);
    this.#bodies.set(
      last.event_id,
      isOpen(opened)
        ? (bodyOf(opened.type, opened.content) ?? { type: 'unsupported' })
        : { type: 'unreadable', cause: opened.cause }
    );
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > most && oldest) this.#bodies.delete(oldest);
    this.#onChange();
  }
}
