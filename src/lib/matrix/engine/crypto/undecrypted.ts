import { MatrixEvent, MatrixEventEvent } from 'matrix-js-sdk/lib/models/event.js';
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

type Waiting = { readonly event: MatrixEvent; readonly later: Set<() => void> };

/**
 * Events whose key is not here. Each is given to the SDK once, however often it is looked at: the SDK holds on to what it
 * is given, and tries again itself when a key comes by message; here it is asked for keys that come into the backup late.
 */
export class Undecrypted {
  readonly #attempt: (event: MatrixEvent) => Promise<void>;
  readonly #life: AbortSignal;
  readonly #waiting = new Map<EventId, Waiting>();
  readonly #sought = new Set<unknown>();

  constructor(attempt: (event: MatrixEvent) => Promise<void>, life: AbortSignal) {
    this.#attempt = attempt;
    this.#life = life;
  }

  /** The SDK's event for a raw one: the one that waits, or a new one. */
  eventOf(room: RoomId, raw: RawEvent): MatrixEvent {
    return this.#waiting.get(raw.event_id)?.event ?? new MatrixEvent({ ...raw, room_id: room });
  }

  /** `later` runs when the event could be read after all. */
  wait(raw: RawEvent, event: MatrixEvent, later: () => void): void {
    const known = this.#waiting.get(raw.event_id);
    if (known) return void known.later.add(later);
    const waiting: Waiting = { event, later: new Set([later]) };
    this.#waiting.set(raw.event_id, waiting);
    event.on(MatrixEventEvent.Decrypted, () => {
      if (event.isDecryptionFailure()) return;
      this.#waiting.delete(raw.event_id);
      for (const later of waiting.later) later();
    });
    void this.#seek(raw.content.session_id, raw.event_id);
  }

  /** One event asks for all of its session: with the key, the SDK opens the others by itself. */
  async #seek(session: unknown, id: EventId): Promise<void> {
    if (this.#sought.has(session) || this.#sought.size >= most) return;
    this.#sought.add(session);
    const pause = new Pause(this.#life);
    for (const ms of waits) {
      await pause.for(ms);
      const waiting = this.#waiting.get(id);
      if (!waiting || this.#life.aborted) break;
      await this.#attempt(waiting.event);
    }
    this.#sought.delete(session);
  }
}
