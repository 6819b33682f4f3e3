import type { Attached } from '$lib/files/attaching.svelte';
import { Failure } from '$lib/matrix/failure';
import type { Drafts as Port } from '$lib/matrix/ports';
import type { EventId, Person, Quoted, RoomId } from '$lib/matrix/values';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

/** A message beside which one writes: the one that is answered, or one's own that said `said` and shall say `text`. */
export type Beside =
  | { readonly kind: 'answer'; readonly event: EventId; readonly quoted: Quoted }
  | { readonly kind: 'edit'; readonly event: EventId; readonly said: string; readonly text: string };

/** ms within which what is written is kept, however fast one writes on. */
const within = 250;
/** ms before what could not be kept is tried again. */
const again = 2000;

/** What one has begun to write in each conversation: kept over reloads and closed tabs, and while walking about. */
export class Drafts {
  readonly #port: Port;
  readonly #texts = new SvelteMap<RoomId, string>();
  /** These are kept while the page is there. */
  readonly #beside = new SvelteMap<RoomId, Beside>();
  readonly #named = new SvelteMap<RoomId, readonly Person[]>();
  readonly #files = new SvelteMap<RoomId, readonly Attached[]>();
  /** Changed since they were last kept. */
  readonly #unkept = new SvelteSet<RoomId>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(port: Port) {
    this.#port = port;
  }

  of(room: RoomId): string {
    return this.#texts.get(room) ?? '';
  }

  beside(room: RoomId): Beside | null {
    return this.#beside.get(room) ?? null;
  }

  stand(room: RoomId, beside: Beside | null): void {
    if (beside) this.#beside.set(room, beside);
    else this.#beside.delete(room);
  }

  /** Files that go with what is written. */
  files(room: RoomId): readonly Attached[] {
    return this.#files.get(room) ?? [];
  }

  attach(room: RoomId, files: readonly Attached[]): void {
    if (files.length > 0) this.#files.set(room, files);
    else this.#files.delete(room);
  }

  /** Those whose names stand for them in what is written. */
  named(room: RoomId): readonly Person[] {
    return this.#named.get(room) ?? [];
  }

  name(room: RoomId, person: Person): void {
    this.#named.set(room, [...this.named(room).filter(({ name }) => name !== person.name), person]);
  }

  /** Brings back what was begun in an earlier session or another tab. What is written meanwhile holds. */
  async open(room: RoomId): Promise<void> {
    const before = this.#texts.get(room);
    const text = await this.#port.of(room).catch(() => undefined);
    if (text !== undefined && !this.#unkept.has(room) && this.#texts.get(room) === before) this.#set(room, text);
  }

  keep(room: RoomId, text: string): void {
    this.#set(room, text);
    this.#unkept.add(room);
    this.#keepIn(within);
  }

  /** Keeps at once what is not kept yet: before the page goes, or a conversation is left. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rooms = [...this.#unkept];
    this.#unkept.clear();
    for (const room of rooms)
      this.#port.keep(room, this.of(room)).catch((thrown) => {
        // That nothing can be kept is said by the strip above the page.
        this.#unkept.add(room);
        if (Failure.from(thrown).reason !== 'signed-out') this.#keepIn(again);
      });
  }

  #keepIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.flush(), ms);
  }

  #set(room: RoomId, text: string): void {
    if (text === '') this.#texts.delete(room);
    else this.#texts.set(room, text);
  }
}
