import { Failure } from '$lib/matrix/failure';
import type { Timelines } from '$lib/matrix/ports';
import { sameSign } from '$lib/matrix/sign';
import { newTransaction } from '$lib/matrix/transaction';
import type { EventId, Person, Quoted, RoomId, Version } from '$lib/matrix/values';
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Message } from './entries';

/** What one is about to do to a message: choosing what, or saying that one means it. */
export type Chosen =
  | { readonly what: 'actions' | 'sign' | 'versions' | 'details'; readonly message: Message }
  /** To several at once; `then` runs when it was done to them. */
  | { readonly what: 'forwarding' | 'deletion'; readonly messages: readonly Message[]; readonly then?: () => void };

/** A message that is told of when it is asked for. */
export type Told<T> =
  | { readonly state: 'asked' }
  | { readonly state: 'here'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure };

type Port = Pick<Timelines, 'react' | 'forward' | 'delete' | 'look' | 'versions' | 'readers'>;

/** What one does to the messages of a conversation, besides writing. */
export class Acting {
  readonly #port: Port;
  readonly #room: RoomId;
  readonly #quoted = new SvelteMap<EventId, Told<Quoted>>();
  #chosen = $state.raw<Chosen | null>(null);
  #failure = $state.raw<Failure>();
  /** What was chosen has been done. */
  #done = false;

  constructor(port: Port, room: RoomId) {
    this.#port = port;
    this.#room = room;
  }

  get chosen(): Chosen | null {
    return this.#chosen;
  }

  /** Why the last thing could not even be kept to be sent. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  choose(chosen: Chosen): void {
    this.#failure = undefined;
    this.#done = false;
    this.#chosen = chosen;
  }

  leave(): void {
    const chosen = this.#chosen;
    this.#chosen = null;
    this.#failure = undefined;
    if (this.#done && chosen && 'then' in chosen) chosen.then?.();
    this.#done = false;
  }

  /** Gives a sign, or takes one's own back. */
  toggle({ event, reactions }: Message, key: string): Promise<boolean> {
    const given = !reactions.some((reaction) => sameSign(reaction.key, key) && reaction.mine);
    if (event === null) return Promise.resolve(false);
    return this.#try(() => this.#port.react(this.#room, event, key, given, newTransaction()));
  }

  /** Says it in another conversation, too, in the order in which it was said; true when all of it is on its way there. */
  async forward(messages: readonly Message[], to: RoomId): Promise<boolean> {
    const done = await this.#each(messages, (event) => this.#port.forward(this.#room, event, to, newTransaction()));
    this.#done ||= done;
    return done;
  }

  /** True when it is on its way; it is gone from sight at once. */
  async delete(messages: readonly Message[], reason: string): Promise<boolean> {
    this.#done = await this.#each(messages, (event) => this.#port.delete(this.#room, event, reason, newTransaction()));
    if (this.#done) this.leave();
    return this.#done;
  }

  async #each(messages: readonly Message[], command: (event: EventId) => Promise<void>): Promise<boolean> {
    for (const { event } of messages) {
      if (event !== null && !(await this.#try(() => command(event)))) return false;
    }
    return true;
  }

  versions(event: EventId): Promise<readonly Version[]> {
    return this.#port.versions(this.#room, event);
  }

  /** Who of the others has read so far. */
  readers(event: EventId): Promise<readonly Person[]> {
    return this.#port.readers(this.#room, event);
  }

  /** What has been told of a message that is not among the rows. */
  quoted(event: EventId): Told<Quoted> | undefined {
    return this.#quoted.get(event);
  }

  /** Asks for such a message, once; after a failure anew. */
  async look(event: EventId): Promise<void> {
    // Who asks while drawing asks once: its failure is no reason to draw, and ask, again.
    const known = untrack(() => this.#quoted.get(event)?.state);
    if (known === 'asked' || known === 'here') return;
    this.#quoted.set(event, { state: 'asked' });
    try {
      this.#quoted.set(event, { state: 'here', value: await this.#port.look(this.#room, event) });
    } catch (thrown) {
      this.#quoted.set(event, { state: 'failed', failure: Failure.from(thrown) });
    }
  }

  async #try(command: () => Promise<void>): Promise<boolean> {
    this.#failure = undefined;
    try {
      await command();
      return true;
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return false;
    }
  }
}
