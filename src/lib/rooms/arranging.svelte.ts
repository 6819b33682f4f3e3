import { Failure } from '$lib/matrix/failure';
import type { Conversations } from '$lib/matrix/ports';
import type { Notify, RoomId, Shelf } from '$lib/matrix/values';

type Port = Pick<Conversations, 'setNotify' | 'setShelf'>;

/** How one arranges a conversation for oneself: how loud it is, and where it stands. */
export class Arranging {
  readonly #conversations: Port;
  readonly #room: RoomId;
  #failure = $state.raw<Failure>();

  constructor(conversations: Port, room: RoomId) {
    this.#conversations = conversations;
    this.#room = room;
  }

  /** Why the last of it failed. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  notify(notify: Notify): Promise<void> {
    return this.#try(() => this.#conversations.setNotify(this.#room, notify));
  }

  shelve(shelf: Shelf): Promise<void> {
    return this.#try(() => this.#conversations.setShelf(this.#room, shelf));
  }

  async #try(command: () => Promise<void>): Promise<void> {
    this.#failure = undefined;
    try {
      await command();
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
    }
  }
}
