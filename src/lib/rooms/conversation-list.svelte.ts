import { Failure } from '$lib/matrix/failure';
import type { Conversations } from '$lib/matrix/ports';
import type { Conversation, RoomId, Shelf } from '$lib/matrix/values';
import { Windowed } from '$lib/matrix/windowed.svelte';
import { inOrder } from './held-order';

/** How long a pointer that rests on the list holds its order, in ms. */
const hold = 2500;

/** The conversations of an account. */
export class ConversationList {
  readonly #conversations: Conversations;
  readonly #window: Windowed<Conversation>;
  #order = $state.raw<{ readonly start: number; readonly ids: readonly RoomId[] }>();
  #holding: ReturnType<typeof setTimeout> | undefined;
  #failure = $state.raw<Failure>();

  constructor(conversations: Conversations) {
    this.#conversations = conversations;
    this.#window = new Windowed((range) => conversations.list(range));
  }

  /** Undefined until the first rows are here. */
  get total(): number | undefined {
    return this.#window.slice?.total;
  }

  /** The rows that are here, in the order that is shown, and the place of the first. */
  readonly rows = $derived.by(() => {
    const slice = this.#window.slice;
    if (!slice) return { start: 0, rows: [] };
    const held = this.#order;
    if (!held || held.start !== slice.start) return slice;
    return { start: slice.start, rows: inOrder(slice.rows, held.ids) };
  });

  at(index: number): Conversation | undefined {
    return this.rows.rows[index - this.rows.start];
  }

  /** The part of the list that begins there. Where nothing stands apart, none has a name. */
  heading(index: number): Shelf | 'places' | null {
    const [before, here] = [this.at(index - 1), this.at(index)];
    // What stands before the rows that are here is not known.
    if (!here || here.membership === 'invited' || (index > 0 && !before)) return null;
    const [part, previous] = [partOf(here), before && before.membership !== 'invited' ? partOf(before) : null];
    return part !== previous && (part !== 'usual' || previous !== null) ? part : null;
  }

  show(first: number, last: number): void {
    this.#window.show(first, last);
  }

  /** Why the last thing asked of the list failed. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** A pointer moves over the list: what it aims at must not slip away. */
  holdOrder(): void {
    clearTimeout(this.#holding);
    this.#holding = setTimeout(() => this.releaseOrder(), hold);
    if (this.#order) return;
    const { start, rows } = this.rows;
    this.#order = { start, ids: rows.map(({ id }) => id) };
  }

  releaseOrder(): void {
    clearTimeout(this.#holding);
    this.#order = undefined;
  }

  /** True when one is in. */
  accept(room: RoomId): Promise<boolean> {
    return this.#try(() => this.#conversations.join(room));
  }

  decline(room: RoomId): Promise<boolean> {
    return this.#try(() => this.#conversations.leave(room));
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

const partOf = ({ kind, shelf }: Conversation): Shelf | 'places' => (kind === 'place' ? 'places' : shelf);
