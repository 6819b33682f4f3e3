import { Attempt } from '$lib/matrix/attempt.svelte';
import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Conversations, Rooms } from '$lib/matrix/ports';
import type { PlacedRoom, RoomId, RoomSettings } from '$lib/matrix/values';

type Ports = {
  readonly conversations: Pick<Conversations, 'within' | 'join'>;
  readonly rooms: Pick<Rooms, 'settings' | 'setWithin'>;
};
type State =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'here'; readonly rooms: readonly PlacedRoom[] };

/** The rooms that stand in a place. */
export class Place {
  readonly #ports: Ports;
  readonly #place: RoomId;
  readonly #settings: Following<RoomSettings>;
  readonly #attempt = new Attempt();
  #state = $state.raw<State>({ state: 'loading' });
  #joining = $state<RoomId | null>(null);

  constructor(ports: Ports, place: RoomId) {
    this.#ports = ports;
    this.#place = place;
    this.#settings = new Following(ports.rooms.settings(place));
  }

  get state(): State {
    return this.#state;
  }

  get joining(): RoomId | null {
    return this.#joining;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  /** One may put rooms here and take them out. */
  readonly mine: boolean = $derived.by(() => this.#settings.current?.rights.includes('rooms') ?? false);

  holds(room: RoomId): boolean {
    return room === this.#place || (this.#state.state === 'here' && this.#state.rooms.some(({ id }) => id === room));
  }

  async load(): Promise<void> {
    this.#state = { state: 'loading' };
    await this.#look();
  }

  /** The room, one being in it; null where `failure` says why not. */
  async enter({ id, joined, via }: PlacedRoom): Promise<RoomId | null> {
    if (joined) return id;
    if (this.#attempt.busy) return null;
    this.#joining = id;
    const entered = await this.#attempt.run(() => this.#ports.conversations.join(id, via));
    this.#joining = null;
    return entered?.done ?? null;
  }

  put(room: RoomId): Promise<void> {
    return this.#set(room, true);
  }

  takeOut(room: RoomId): Promise<void> {
    return this.#set(room, false);
  }

  async #set(room: RoomId, within: boolean): Promise<void> {
    const isDone = await this.#attempt.run(() => this.#ports.rooms.setWithin(this.#place, room, within));
    if (isDone) await this.#look();
  }

  async #look(): Promise<void> {
    try {
      this.#state = { state: 'here', rooms: await this.#ports.conversations.within(this.#place) };
    } catch (thrown) {
      this.#state = { state: 'failed', failure: Failure.from(thrown) };
    }
  }
}
