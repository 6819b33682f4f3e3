import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Pins as Port } from '$lib/matrix/ports';
import type { EventId, Pinned, RoomId } from '$lib/matrix/values';

const nothing: Pinned = { events: [], mayPin: false };

/** What one conversation keeps in sight for all. */
export class Pins {
  readonly #port: Port;
  readonly #room: RoomId;
  readonly #pinned: Following<Pinned>;
  #failure = $state.raw<Failure>();

  constructor(port: Port, room: RoomId) {
    this.#port = port;
    this.#room = room;
    this.#pinned = new Following(port.of(room));
  }

  get events(): readonly EventId[] {
    return (this.#pinned.current ?? nothing).events;
  }

  get mayPin(): boolean {
    return (this.#pinned.current ?? nothing).mayPin;
  }

  /** Why the last pin could not be set, or taken away. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  async set(event: EventId, pinned: boolean): Promise<void> {
    this.#failure = undefined;
    try {
      await this.#port.set(this.#room, event, pinned);
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
    }
  }
}
