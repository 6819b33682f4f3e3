import { Failure } from '$lib/matrix/failure';
import type { Conversations } from '$lib/matrix/ports';
import type { PlacedRoom, RoomId } from '$lib/matrix/values';

type Port = Pick<Conversations, 'within' | 'join'>;
type State =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'here'; readonly rooms: readonly PlacedRoom[] };

/** The rooms that stand in a place. */
export class Place {
  readonly #conversations: Port;
  readonly #place: RoomId;
  #state = $state.raw<State>({ state: 'loading' });
  #joining = $state<RoomId | null>(null);
  #failure = $state.raw<Failure>();

  constructor(conversations: Port, place: RoomId) {
    this.#conversations = conversations;
    this.#place = place;
  }

  get state(): State {
    return this.#state;
  }

  get joining(): RoomId | null {
    return this.#joining;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  async load(): Promise<void> {
    this.#state = { state: 'loading' };
    try {
      this.#state = { state: 'here', rooms: await this.#conversations.within(this.#place) };
    } catch (thrown) {
      this.#state = { state: 'failed', failure: Failure.from(thrown) };
    }
  }

  /** The room, one being in it; null where `failure` says why not. */
  async enter({ id, joined, via }: PlacedRoom): Promise<RoomId | null> {
    if (joined) return id;
    if (this.#joining) return null;
    this.#joining = id;
    this.#failure = undefined;
    try {
      return await this.#conversations.join(id, via);
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return null;
    } finally {
      this.#joining = null;
    }
  }
}
