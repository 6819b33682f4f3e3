import type { EventId, RoomId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { Pause } from '../pause.ts';

/**
 * ms between two looks for a key that the backup lacked: the device that has it may take ten seconds to put it there, or
 * may have been without a network. The SDK asks for one key at most every five seconds.
 */
const waits = [6_000, 6_000, 12_000, 24_000, 60_000, 120_000, 300_000];
/** Keys that are looked for at the same time: a history that nobody can read does not become a flood of requests. */
const most = 50;

type Waiting = { readonly session: unknown; readonly later: Set<() => void> };
const nobody = new Set<never>();

/**
 * Events whose key is not here, and who wants to hear when it is: thousands, where a history cannot be read, so that
 * little is kept of each. What comes by message is told to `come`; keys that come into the backup late are asked for.
 */
export class Undecrypted {
  readonly #attempt: (room: RoomId, raw: RawEvent) => Promise<unknown>;
  readonly #life: AbortSignal;
  readonly #waiting = new Map<EventId, Waiting>();
  readonly #sought = new Set<unknown>();

  /** `attempt`: has the SDK try, which asks the backup for the key. */
  constructor(attempt: (room: RoomId, raw: RawEvent) => Promise<unknown>, life: AbortSignal) {
    this.#attempt = attempt;
    this.#life = life;
  }

  /** From before an attempt to open it: its key may come while that fails. */
  hold({ event_id: id, content }: RawEvent): void {
    if (!this.#waiting.has(id)) this.#waiting.set(id, { session: content.session_id, later: nobody });
  }

  /** False where its key has come since it was held. */
  holds({ event_id: id }: RawEvent): boolean {
    return this.#waiting.has(id);
  }

  /** Its key is missing; `later` runs when it is worth another look. */
  wait(room: RoomId, raw: RawEvent, later: () => void): void {
    const waiting = this.#waiting.get(raw.event_id);
    if (!waiting) return queueMicrotask(later);
    if (waiting.later.size > 0) return void waiting.later.add(later);
    this.#waiting.set(raw.event_id, { ...waiting, later: new Set([later]) });
    void this.#seek(room, raw);
  }

  /** It was read: all others who wait for it are told. */
  release({ event_id: id }: RawEvent): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const later of waiting?.later ?? nobody) later();
  }

  /** Keys of these sessions are here, or will not come: who waits looks again. */
  come(sessions: ReadonlySet<unknown>): void {
    const readable = [...this.#waiting].filter(([, { session }]) => sessions.has(session));
    for (const [id] of readable) this.#waiting.delete(id);
    for (const [, { later }] of readable) for (const one of later) one();
  }

  /** One event asks for all of its session. */
  async #seek(room: RoomId, raw: RawEvent): Promise<void> {
    const session = raw.content.session_id;
    if (this.#sought.has(session) || this.#sought.size >= most) return;
    this.#sought.add(session);
    const pause = new Pause(this.#life);
    for (const ms of waits) {
      await pause.for(ms);
      if (!this.holds(raw) || this.#life.aborted) break;
      await this.#attempt(room, raw);
    }
    this.#sought.delete(session);
  }
}
