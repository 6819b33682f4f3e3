import { MatrixEvent } from 'matrix-js-sdk/lib/models/event.js';
import { Failure } from '../../failure.ts';
import type { EventId, RoomId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { isVerification, type Said } from './verification-event.ts';

/** ms after which nobody waits for an answer any more (Matrix 1.16 client-server, "Key verification framework"). */
const fresh = 600_000;
/** Events that have been handed over: the list and the timeline open the same ones. */
const most = 200;

/** Hands the verifications of people, which go by messages, to the SDK: in clear or sealed, each once, in their order. */
export class InRoom {
  readonly #give: (event: MatrixEvent) => Promise<void>;
  readonly #given = new Set<EventId>();
  #turn: Promise<void> = Promise.resolve();

  /** `give`: `onLiveEventFromSync` of the SDK, which reads nothing that is still sealed. */
  constructor(give: (event: MatrixEvent) => Promise<void>) {
    this.#give = give;
  }

  /** `said`: what it says, opened. One's own of this device are known where they were sent. */
  meet(room: RoomId, raw: RawEvent, said: Said): void {
    const { event_id: id, origin_server_ts: at, sender, unsigned } = raw;
    if (!isVerification(said) || Date.now() - at > fresh || this.#given.has(id) || unsigned.transaction_id) return;
    this.#given.add(id);
    const [oldest] = this.#given;
    if (this.#given.size > most && oldest) this.#given.delete(oldest);
    const event = new MatrixEvent({ event_id: id, room_id: room, origin_server_ts: at, sender, ...said });
    this.#turn = this.#turn
      .then(() => this.#give(event))
      .catch((thrown) => console.warn('verification', room, Failure.from(thrown).message));
  }
}
