import { Failure } from '../../failure.ts';
import type { EventId, RoomId } from '../../values.ts';
import { readForms } from '../../writing/formatted.ts';
import type { Crypto, Opened } from '../crypto/crypto.ts';
import { rawEvent, relation, wellFormed, type RawEvent } from '../event.ts';

/**
 * An event of an open timeline: as it came, and what it says once opened. `edit`: what the server tells beside it, for
 * the edit itself may lie outside of what is loaded.
 */
export type Entry = { readonly raw: RawEvent; readonly opened: Opened; readonly edit?: Entry };

export const isOpen = (opened: Opened): opened is Extract<Opened, { type: string }> => 'type' in opened;

/** Whether a message came without what it said: deleted, it keeps its type and loses its content (Matrix 1.16, "Redactions"). */
export const isDeleted = (raw: RawEvent): boolean =>
  raw.state_key === undefined && (Object.keys(raw.content).length === 0 || raw.unsigned.redacted_because !== undefined);

/** What an event stands in relation to. Of an encrypted one it is told outside, or by some senders inside alone. */
export const relationOf = ({ raw, opened }: Entry) =>
  relation(raw.content) ?? (isOpen(opened) ? relation(opened.content) : null);

/** Events that change others, and are no line of their own. */
export const isSilent = (entry: Entry): boolean =>
  entry.raw.state_key === undefined &&
  (entry.raw.type === 'm.room.redaction' || ['m.replace', 'm.annotation'].includes(relationOf(entry)?.type ?? ''));

/** Whether there is something in it that could not be read so far. */
export const isWaiting = ({ opened, edit }: Entry): boolean =>
  !isOpen(opened) || (edit !== undefined && !isOpen(edit.opened));

/** What a content says, and what it says in the place of another. */
export function contentsIn(content: Record<string, unknown>): readonly Record<string, unknown>[] {
  const better = content['m.new_content'];
  return typeof better === 'object' && better !== null ? [content, better as Record<string, unknown>] : [content];
}

/** What a content answers (Matrix 1.16, "Rich replies"). */
export function inReplyTo({ 'm.relates_to': related }: Record<string, unknown>): EventId | null {
  const answered = (related as { 'm.in_reply_to'?: { event_id?: unknown } } | null | undefined)?.['m.in_reply_to'];
  return typeof answered?.event_id === 'string' ? (answered.event_id as EventId) : null;
}

/** What a message answers: told outside of an encrypted one, or by some senders inside alone. */
export const answeredBy = ({ raw, opened }: Entry): EventId | null =>
  raw.state_key !== undefined ? null : (inReplyTo(raw.content) ?? (isOpen(opened) ? inReplyTo(opened.content) : null));

/** The newest edit that the server tells beside an event (Matrix 1.16, "Server-side aggregation of m.replace"). */
function editBeside({ unsigned, event_id: id }: RawEvent): RawEvent | undefined {
  const relations = unsigned['m.relations'];
  if (typeof relations !== 'object' || relations === null || !('m.replace' in relations)) return undefined;
  return wellFormed(rawEvent, [relations['m.replace']]).find((edit) => edit.event_id !== id);
}

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

  /** What is among `open` already stays as it is, unless the server tells more of it now. */
  all(events: readonly RawEvent[], open: readonly Entry[] = []): Promise<Entry[]> {
    const here = new Map(open.map((entry) => [entry.raw.event_id, entry]));
    return Promise.all(
      events.map((raw) => {
        const known = here.get(raw.event_id);
        const isSame = known && isDeleted(known.raw) === isDeleted(raw) && !('m.relations' in raw.unsigned);
        return isSame && isOpen(known.opened) ? known : this.one(raw);
      })
    );
  }

  async one(raw: RawEvent): Promise<Entry> {
    const later = () => this.#onLater(raw);
    const beside = editBeside(raw);
    const opened = await this.#open(raw, later);
    const edit = beside && { raw: beside, opened: await this.#open(beside, later) };
    await readForms([opened, edit?.opened].flatMap((one) => (one && isOpen(one) ? contentsIn(one.content) : [])));
    return edit ? { raw, opened, edit } : { raw, opened };
  }

  async #open(raw: RawEvent, later: () => void): Promise<Opened> {
    const { type, content } = raw;
    if (type !== 'm.room.encrypted' || raw.state_key !== undefined || isDeleted(raw)) return { type, content };
    const crypto = this.#crypto();
    if (!crypto) return { cause: 'waiting' };
    try {
      return await crypto.open(this.#room, raw, later);
    } catch (thrown) {
      // One event that nobody can make sense of does not keep the others from being read.
      console.warn('not opened', this.#room, raw.event_id, Failure.from(thrown).message);
      return { cause: 'no-key' };
    }
  }
}
