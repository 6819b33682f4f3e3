import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { AccountPorts } from '$lib/matrix/ports';
import { settle } from '$lib/matrix/settle';
import type * as V from '$lib/matrix/values';
import { countAfter, entriesOf, newestEvent, type Entry } from './entries';

/** One conversation, open in front of somebody. */
export class Conversation {
  readonly room: V.RoomId;
  readonly me: V.AccountId;
  readonly #ports: AccountPorts;
  readonly #summary: Following<V.Conversation | null>;
  readonly #rows: Following<V.Timeline>;
  #failure = $state.raw<Failure>();
  #answering = $state(false);
  /** The last message that had been read when the line «new» was put; what one reads under it does not move it. */
  #newAfter: V.EventId | null = null;
  /** She follows what comes: nothing of it is new to her. */
  #following = false;
  #marked: V.EventId | null = null;
  #arranged: readonly Entry[] = [];

  constructor(ports: AccountPorts, me: V.AccountId, room: V.RoomId) {
    this.#ports = ports;
    this.me = me;
    this.room = room;
    this.#summary = new Following(ports.conversations.one(room));
    this.#rows = new Following(ports.timelines.rows(room));
  }

  /** Undefined while it is not known, null where the account has no such conversation. */
  get summary(): V.Conversation | null | undefined {
    return this.#summary.current;
  }

  get timeline(): V.Timeline | undefined {
    return this.#rows.current;
  }

  /** What did not change is the same object: only what did is drawn again. */
  readonly entries: readonly Entry[] = $derived.by(() => {
    const timeline = this.#rows.current;
    if (!timeline) return [];
    if (!this.#following && countAfter(timeline.rows, timeline.readUpTo, this.me) > 0) {
      this.#newAfter = timeline.readUpTo;
    }
    this.#arranged = settle(this.#arranged, entriesOf(timeline, this.#newAfter));
    return this.#arranged;
  });

  /** Why the last thing asked of the conversation failed. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  get answering(): boolean {
    return this.#answering;
  }

  /** Reads further back; does nothing while it runs, at the beginning, or after a failure. */
  async readBack(): Promise<void> {
    if (this.timeline?.older === 'more') await this.#older();
  }

  /** Reads further back after a failure. */
  async retryReadBack(): Promise<void> {
    await this.#older();
  }

  async retry(transaction: V.TransactionId): Promise<void> {
    await this.#try(() => this.#ports.timelines.retry(this.room, transaction));
  }

  /** Takes back what was not sent. */
  async cancel(transaction: V.TransactionId): Promise<void> {
    await this.#try(() => this.#ports.timelines.cancel(this.room, transaction));
  }

  /** She has seen the entries up to this one. */
  async seen(index: number): Promise<void> {
    this.#following = true;
    const timeline = this.timeline;
    const event = newestEvent(this.entries, index);
    if (!timeline || event === null || event === this.#marked) return;
    const place = (id: V.EventId | null) =>
      timeline.rows.findIndex((row) => row.kind === 'message' && row.event === id);
    if (place(event) <= Math.max(place(timeline.readUpTo), place(this.#marked))) return;
    if (countAfter(timeline.rows, timeline.readUpTo, this.me) === 0) return;
    this.#marked = event;
    try {
      await this.#ports.timelines.markRead(this.room, event);
    } catch {
      // Not worth a word: the next thing seen marks this one too.
      this.#marked = null;
    }
  }

  /** She looks elsewhere: what comes now is new. */
  turnAway(): void {
    this.#following = false;
  }

  /** She has answered: nothing above is new any more. */
  answered(): void {
    this.#newAfter = null;
  }

  /** True when one is in. */
  accept(): Promise<boolean> {
    return this.#answer(() => this.#ports.conversations.join(this.room));
  }

  /** True when one is out; also how an invitation is declined. */
  leave(): Promise<boolean> {
    return this.#answer(() => this.#ports.conversations.leave(this.room));
  }

  async #older(): Promise<void> {
    try {
      await this.#ports.timelines.older(this.room);
    } catch {
      // The timeline itself says so, above its first row.
    }
  }

  async #answer(command: () => Promise<unknown>): Promise<boolean> {
    if (this.#answering) return false;
    this.#answering = true;
    const done = await this.#try(command);
    this.#answering = false;
    return done;
  }

  async #try(command: () => Promise<unknown>): Promise<boolean> {
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
