import type { RoomId } from '$lib/matrix/values';
import { SvelteMap } from 'svelte/reactivity';

/** What one has begun to write in each conversation, kept while walking from one to another. */
export class Drafts {
  readonly #texts = new SvelteMap<RoomId, string>();

  of(room: RoomId): string {
    return this.#texts.get(room) ?? '';
  }

  keep(room: RoomId, text: string): void {
    if (text === '') this.#texts.delete(room);
    else this.#texts.set(room, text);
  }
}
