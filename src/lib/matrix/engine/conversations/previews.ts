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

  of({ id, last, edit }: RoomRecord): Body | null {
    if (!last) return null;
    if (isDeleted(last)) return deleted;
    const body = this.#said(id, last, ({ content }) => content);
    const edited = edit && this.#said(id, edit, newWords);
    return edited && !['unreadable', 'unsupported', 'deleted'].includes(edited.type) ? edited : body;
  }

  #said(room: RoomId, raw: RawEvent, words: Words): Body | null {
    if (raw.type !== 'm.room.encrypted') return this.#plain(raw, words);
    const known = this.#bodies.get(raw.event_id);
    if (known === undefined && this.#crypto()) void this.#open(room, raw, words);
    return known === undefined || known === 'opening' ? null : known;
  }

  /** The same object each time: what is as it was is not shown anew. */
  #plain(raw: RawEvent, words: Words): Body | null {
    const known = this.#clear.get(raw) ?? bodyOf(raw.type, words(raw));
    if (known) this.#clear.set(raw, known);
    return known;
  }

  async #open(room: RoomId, raw: RawEvent, words: Words): Promise<void> {
    this.#bodies.set(raw.event_id, 'opening');
    const again = () => {
      this.#bodies.delete(raw.event_id);
      this.#onChange();
    };
    const { opened } = await new Opener(room, this.#crypto, again).one(raw);
    this.#bodies.set(
      raw.event_id,
      isOpen(opened)
        ? (bodyOf(opened.type, words(opened)) ?? { type: 'unsupported' })
        : { type: 'unreadable', cause: opened.cause }
    );
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > most && oldest) this.#bodies.delete(oldest);
    this.#onChange();
  }
}

type Words = (said: { content: Record<string, unknown> }) => Record<string, unknown>;

/** What an edit puts in the place of what was said. */
const newWords: Words = ({ content }) => {
  const words = content['m.new_content'];
  return typeof words === 'object' && words !== null ? (words as Record<string, unknown>) : {};
};
