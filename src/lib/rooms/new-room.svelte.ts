import { Failure } from '$lib/matrix/failure';
import type { Conversations } from '$lib/matrix/ports';
import type { NewRoom as Form, RoomId } from '$lib/matrix/values';

/** The form that makes a room. */
export class NewRoom {
  readonly #conversations: Pick<Conversations, 'create'>;
  #asked = $state(false);
  #busy = $state(false);
  #failure = $state.raw<Failure>();
  #sealed = $state(true);
  name = $state('');
  topic = $state('');
  door = $state<Form['door']>('invitation');

  constructor(conversations: Pick<Conversations, 'create'>) {
    this.#conversations = conversations;
  }

  /** Encrypted. A room that everybody may enter hides nothing from anybody, so there it starts off. */
  get sealed(): boolean {
    return this.#sealed && this.door !== 'open';
  }

  set sealed(sealed: boolean) {
    this.#sealed = sealed;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get nameMissing(): boolean {
    return this.#asked && this.name.trim() === '';
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The room, or null where the form says what is wrong. */
  async submit(): Promise<RoomId | null> {
    this.#asked = true;
    if (this.#busy || this.name.trim() === '') return null;
    this.#busy = true;
    this.#failure = undefined;
    try {
      return await this.#conversations.create({
        name: this.name.trim(),
        topic: this.topic.trim() || undefined,
        door: this.door,
        sealed: this.sealed
      });
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return null;
    } finally {
      this.#busy = false;
    }
  }
}
