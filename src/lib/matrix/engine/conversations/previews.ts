import type { Body, EventId, RoomId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';
import type { RoomRecord } from '../sync/record.ts';
import { bodyOf } from '../timeline/body.ts';
import { inBrief } from '../timeline/file-body.ts';
import { isDeleted, isOpen, Opener } from '../timeline/entry.ts';

const most = 500;
const deleted: Body = { type: 'deleted' };

/** What the last messages say, opened when somebody looks, where no earlier session has. */
export class Previews {
  readonly #bodies = new Map<EventId, Body | 'opening'>();
  readonly #clear = new WeakMap<RawEvent, Body>();
  readonly #crypto: () => Crypto | undefined;
  readonly #onChange: () => void;
  readonly #onOpened: Opened;

  constructor(crypto: () => Crypto | undefined, onChange: () => void, onOpened: Opened = () => undefined) {
    this.#crypto = crypto;
    this.#onChange = onChange;
    this.#onOpened = onOpened;
  }

  of(record: RoomRecord): Body | null {
    const { last, edit } = record;
    if (!last) return null;
    if (isDeleted(last)) return deleted;
    const body = this.#said(record, last, ({ content }) => content);
    const edited = edit && this.#said(record, edit, newWords);
    return edited && !['unreadable', 'unsupported', 'deleted'].includes(edited.type) ? edited : body;
  }

  #said({ id: room, said }: RoomRecord, raw: RawEvent, words: Words): Body | null {
    if (raw.type !== 'm.room.encrypted') return this.#plain(raw, words);
    const known = this.#bodies.get(raw.event_id) ?? said[raw.event_id];
    if (known === undefined && this.#crypto()) void this.#open(room, raw, words);
    return known === undefined || known === 'opening' ? null : known;
  }

  /** The same object each time: what is as it was is not shown anew. */
  #plain(raw: RawEvent, words: Words): Body | null {
    const known = this.#clear.get(raw);
    if (known) return known;
    const body = bodyOf(raw.type, words(raw));
    const brief = body && inBrief(body);
    if (brief) this.#clear.set(raw, brief);
    return brief;
  }

  async #open(room: RoomId, raw: RawEvent, words: Words): Promise<void> {
    this.#bodies.set(raw.event_id, 'opening');
    const again = () => {
      this.#bodies.delete(raw.event_id);
      this.#onChange();
    };
    const { opened } = await new Opener(room, this.#crypto, again).one(raw);
    const body: Body = isOpen(opened)
      ? inBrief(bodyOf(opened.type, words(opened)) ?? { type: 'unsupported' })
      : { type: 'unreadable', cause: opened.cause };
    this.#bodies.set(raw.event_id, body);
    if (isOpen(opened)) this.#onOpened(room, raw.event_id, body);
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > most && oldest) this.#bodies.delete(oldest);
    this.#onChange();
  }
}

/** Hears of what could be opened. */
type Opened = (room: RoomId, event: EventId, body: Body) => void;

type Words = (said: { content: Record<string, unknown> }) => Record<string, unknown>;

/** What an edit puts in the place of what was said. */
const newWords: Words = ({ content }) => {
  const words = content['m.new_content'];
  return typeof words === 'object' && words !== null ? (words as Record<string, unknown>) : {};
};
