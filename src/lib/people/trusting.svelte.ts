import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Verification } from '$lib/matrix/ports';
import type { RoomId, Trust, UserId } from '$lib/matrix/values';

/** Whether the other one of a conversation is who she seems, and how to find out. */
export class Trusting {
  readonly #port: Pick<Verification, 'trust' | 'beginWith' | 'approve'>;
  readonly #person: UserId;
  readonly #room: RoomId;
  readonly #trust: Following<Trust>;
  readonly #attempt = new Attempt();

  constructor(port: Pick<Verification, 'trust' | 'beginWith' | 'approve'>, person: UserId, room: RoomId) {
    this.#port = port;
    this.#person = person;
    this.#room = room;
    this.#trust = new Following(port.trust(person));
  }

  /** Undefined while it is not known. */
  get trust(): Trust | undefined {
    return this.#trust.current;
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  async verify(): Promise<void> {
    await this.#attempt.run(() => this.#port.beginWith(this.#person, this.#room));
  }

  async approve(): Promise<void> {
    await this.#attempt.run(() => this.#port.approve(this.#person));
  }
}
