import type { RoomId } from '../../values.ts';
import type { RawEvent } from '../event.ts';

const most = 100;

type Kept<T> = { readonly ciphertext: unknown; readonly opening: Promise<T> };

/**
 * What was opened lately: the list and the timeline ask for the same new event within a moment, and each opening takes
 * the crypto's database several turns.
 */
export class Lately<T> {
  readonly #keeps: (opened: T) => boolean;
  readonly #kept = new Map<string, Kept<T>>();

  /** `keeps` false: it is opened anew the next time. */
  constructor(keeps: (opened: T) => boolean) {
    this.#keeps = keeps;
  }

  /** The same only for the very same: nobody is shown what another ciphertext said under that id. */
  of(room: RoomId, { event_id: id, content }: RawEvent, open: () => Promise<T>): Promise<T> {
    const { ciphertext } = content;
    const key = `${room} ${id}`;
    const known = this.#kept.get(key);
    if (known && known.ciphertext === ciphertext) return known.opening;
    const kept = { ciphertext, opening: open() };
    this.#kept.set(key, kept);
    const drop = () => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    };
    kept.opening.then((opened) => this.#keeps(opened) || drop(), drop);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > most && oldest !== undefined) this.#kept.delete(oldest);
    return kept.opening;
  }
}
