import { Failure } from '$lib/matrix/failure';
import type { Conversations } from '$lib/matrix/ports';
import type { OpenRoom, RoomId } from '$lib/matrix/values';

type State =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'here'; readonly rooms: readonly OpenRoom[] };

/** The rooms of the zone that anybody may enter. */
export class OpenRooms {
  readonly #conversations: Conversations;
  #state = $state.raw<State>({ state: 'loading' });
  #failure = $state.raw<Failure>();
  #joining = $state<RoomId | null>(null);

  constructor(conversations: Conversations) {
    this.#conversations = conversations;
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
      this.#state = { state: 'here', rooms: await this.#conversations.directory('') };
    } catch (thrown) {
      this.#state = { state: 'failed', failure: Failure.from(thrown) };
    }
  }

  /** The room, one being in it; null where `failure` says why not. */
  async enter(room: OpenRoom): Promise<RoomId | null> {
    if (room.joined) return room.id;
    if (this.#joining) return null;
    this.#joining = room.id;
    this.#failure = undefined;
    try {
      return await this.#conversations.join(room.id);
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return null;
    } finally {
      this.#joining = null;
    }
  }
}
