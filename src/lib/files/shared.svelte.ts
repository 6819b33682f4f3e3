import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import type { Files } from '$lib/matrix/ports';
import type { RoomId, SharedFile } from '$lib/matrix/values';
import { isPicture } from './picture-size';

export type SharedKind = 'seen' | 'other';

const kindOf = ({ body }: SharedFile): SharedKind => (isPicture(body) || body.kind === 'video' ? 'seen' : 'other');

/** The files of a conversation, as far back as one looks. */
export class Shared {
  readonly #files: Files;
  readonly #room: RoomId;
  readonly #attempt = new Attempt();
  #all = $state.raw<readonly SharedFile[]>([]);
  /** Undefined: nothing has been looked through. */
  #next = $state.raw<string | null | undefined>(undefined);
  #since = $state.raw<number | null>(null);
  #fruitful = $state(false);
  kind = $state<SharedKind>('seen');

  constructor(files: Files, room: RoomId) {
    this.#files = files;
    this.#room = room;
  }

  readonly shown: readonly SharedFile[] = $derived(this.#all.filter((file) => kindOf(file) === this.kind));
  readonly pictures = $derived(
    this.shown
      .filter(({ body }) => isPicture(body))
      .toReversed()
      .map(({ event, sender, body }) => ({ key: event, sender, body }))
  );

  /** How far one has looked, in ms since the epoch; null: to the beginning, or not at all yet. */
  get since(): number | null {
    return this.#since;
  }

  get looking(): boolean {
    return this.#attempt.busy;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  /** What was looked through last brought some: who scrolls on may expect more. */
  get fruitful(): boolean {
    return this.#fruitful;
  }

  /** Looks further back. */
  async further(): Promise<void> {
    const next = this.#next;
    if (next === null) return;
    const part = await this.#attempt.run(() => this.#files.shared(this.#room, next));
    if (!part) return;
    // What came while one looked pushes others into the next part.
    const fresh = part.done.files.filter(({ event }) => !this.#all.some((known) => known.event === event));
    this.#all = [...this.#all, ...fresh];
    this.#fruitful = fresh.some((file) => kindOf(file) === this.kind);
    this.#next = part.done.next;
    this.#since = part.done.since;
  }
}
