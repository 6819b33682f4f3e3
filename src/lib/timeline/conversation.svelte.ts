import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Picture } from '$lib/files/viewing.svelte';
import type { AccountPorts } from '$lib/matrix/ports';
import { settle } from '$lib/matrix/settle';
import type * as V from '$lib/matrix/values';
import { countAfter, entriesOf, indexOfRow, newestEvent, type Entry, type Message } from './entries';

/** ms for which the row that one was led to stands out. */
const shownFor = 2_500;

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
  #cleared: V.Unread | null = null;
  /** The row that a jump has led to, until it has been brought into sight. */
  #target = $state.raw<{ readonly row: string } | null>(null);
  #shown = $state.raw<string | null>(null);
  #shownFor: ReturnType<typeof setTimeout> | undefined;
  #moving = $state(false);
  #moveFailure = $state.raw<Failure>();
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

  /** One's own last message that can be said better. */
  get lastOwn(): Message | undefined {
    return this.timeline?.rows.findLast(
      (row): row is Message => row.kind === 'message' && row.mine && row.event !== null && row.body.type === 'text'
    );
  }

  /** What a message among the rows says. */
  find(event: V.EventId): V.Quoted | undefined {
    const row = this.timeline?.rows.find((row) => row.kind === 'message' && row.event === event);
    return row?.kind === 'message' ? row : undefined;
  }

  /** The pictures among what is loaded, oldest first. */
  get pictures(): readonly Picture[] {
    return (this.timeline?.rows ?? []).flatMap((row) => {
      if (row.kind !== 'message' || row.body.type !== 'file' || row.body.kind !== 'image' || !row.body.source)
        return [];
      return [{ key: row.key, sender: row.sender, body: row.body }];
    });
  }

  /** Why the last thing asked of the conversation failed. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  get answering(): boolean {
    return this.#answering;
  }

  /** The rows reach the newest message, or will in a moment. */
  get atNewest(): boolean {
    return (this.timeline?.newer ?? 'end') === 'end';
  }

  /** Where in `entries` the place is to which one has asked to be led; null once it is in sight, or nobody asked. */
  readonly target: number | null = $derived.by(() => {
    const at = this.#target ? indexOfRow(this.entries, this.timeline?.rows ?? [], this.#target.row) : -1;
    return at < 0 ? null : at;
  });

  /** The entry that one was led to a moment ago. */
  get shown(): string | null {
    return this.#shown;
  }

  /** On the way to another place. */
  get moving(): boolean {
    return this.#moving;
  }

  /** Why one could not be led there. */
  get moveFailure(): Failure | undefined {
    return this.#moveFailure;
  }

  /** Leads to a place; true when its rows are there. */
  async jump(place: V.Place): Promise<boolean> {
    this.#moving = true;
    this.#moveFailure = undefined;
    try {
      const row = await this.#ports.timelines.jump(this.room, place);
      this.#target = row === null ? null : { row };
      return true;
    } catch (thrown) {
      this.#moveFailure = Failure.from(thrown);
      return false;
    } finally {
      this.#moving = false;
    }
  }

  /** The target is in sight: it is shown for a moment. */
  arrive(): void {
    const entry = this.target === null ? undefined : this.entries[this.target];
    this.#target = null;
    this.#shown = entry?.key ?? null;
    clearTimeout(this.#shownFor);
    this.#shownFor = setTimeout(() => (this.#shown = null), shownFor);
  }

  dismissMoveFailure(): void {
    this.#moveFailure = undefined;
  }

  /** Reads on towards the newest; does nothing while it runs, at the end, or after a failure. */
  async readOn(): Promise<void> {
    if (this.timeline?.newer === 'more') await this.retryReadOn();
  }

  /** Reads on after a failure. */
  async retryReadOn(): Promise<void> {
    try {
      await this.#ports.timelines.newer(this.room);
    } catch {
      // The timeline itself says so, below its last row.
    }
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

  /** She looks at it: what comes now is not new to her. */
  follow(): void {
    this.#following = true;
  }

  /** She has seen the entries up to this one. */
  async seen(index: number): Promise<void> {
    const timeline = this.timeline;
    const event = newestEvent(this.entries, index);
    if (!timeline || event === null) return;
    const unread = this.#unreadBehind(event);
    if (event === this.#marked && !unread) return;
    const place = (id: V.EventId | null) =>
      timeline.rows.findIndex((row) => row.kind === 'message' && row.event === id);
    // Somewhere else, nobody knows whether this comes before or after what has been read.
    if (timeline.newer !== 'end' && place(timeline.readUpTo) < 0) return;
    if (!unread) {
      if (place(event) <= Math.max(place(timeline.readUpTo), place(this.#marked))) return;
      if (countAfter(timeline.rows, timeline.readUpTo, this.me) === 0) return;
    }
    this.#cleared = unread;
    this.#marked = event;
    try {
      await this.#ports.timelines.markRead(this.room, event);
    } catch {
      // Not worth a word: the next thing seen marks this one too.
      this.#marked = null;
    }
  }

  /** What is unread though she has come to the end: what has no row, such as a call. null once it was marked. */
  #unreadBehind(event: V.EventId): V.Unread | null {
    const unread = this.summary?.unread;
    const atEnd = this.timeline?.newer === 'end' && event === newestEvent(this.entries, this.entries.length - 1);
    const some = unread && (unread.count > 0 || !unread.exact);
    return atEnd && some && unread !== this.#cleared ? unread : null;
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
