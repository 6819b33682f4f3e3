import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import type { Conversations } from '$lib/matrix/ports';
import type { NewRoom as Form, RoomId } from '$lib/matrix/values';

/** The form that makes a room, or a place that holds rooms. */
export class NewRoom {
  readonly #conversations: Pick<Conversations, 'create'>;
  #asked = $state(false);
  readonly #attempt = new Attempt();
  #sealed = $state(true);
  kind = $state<'room' | 'place'>('room');
  name = $state('');
  topic = $state('');
  door = $state<Form['door']>('invitation');

  constructor(conversations: Pick<Conversations, 'create'>) {
    this.#conversations = conversations;
  }

  /** Encrypted. A room that everybody may enter hides nothing from anybody, and in a place nobody writes. */
  get sealed(): boolean {
    return this.#sealed && this.door !== 'open' && this.kind === 'room';
  }

  set sealed(sealed: boolean) {
    this.#sealed = sealed;
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  get nameMissing(): boolean {
    return this.#asked && this.name.trim() === '';
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  /** The room, or null where the form says what is wrong. */
  async submit(): Promise<RoomId | null> {
    this.#asked = true;
    if (this.name.trim() === '') return null;
    const form = {
      kind: this.kind,
      name: this.name.trim(),
      topic: this.topic.trim() || undefined,
      door: this.door,
      sealed: this.sealed
    };
    return (await this.#attempt.run(() => this.#conversations.create(form)))?.done ?? null;
  }
}
