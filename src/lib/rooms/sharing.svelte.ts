import { Attaching } from '$lib/files/attaching.svelte';
import type { Files } from '$lib/matrix/ports';
import type { RoomId } from '$lib/matrix/values';
import type { Shared } from '$lib/offline/shared';
import type { Drafts } from '$lib/timeline/drafts.svelte';

/** Where what was handed over lies. */
type Shelf = { readonly here: () => Promise<Shared | null>; readonly forget: () => Promise<void> };

/** What another app has handed over goes to where one writes in a conversation; nothing is sent by it. */
export class Sharing {
  readonly #files: Pick<Files, 'limit'>;
  readonly #drafts: Drafts;
  readonly #shelf: Shelf;
  /** null: there is nothing. Undefined while that is not known. */
  #shared = $state.raw<Shared | null>();

  constructor(files: Pick<Files, 'limit'>, drafts: Drafts, shelf: Shelf) {
    this.#files = files;
    this.#drafts = drafts;
    this.#shelf = shelf;
  }

  get shared(): Shared | null | undefined {
    return this.#shared;
  }

  async load(): Promise<void> {
    this.#shared = await this.#shelf.here().catch(() => null);
  }

  /** What was begun there stays before it. */
  async put(room: RoomId): Promise<void> {
    const shared = this.#shared;
    if (!shared) return;
    await this.#drafts.open(room);
    const begun = this.#drafts.of(room).trimEnd();
    if (shared.text) this.#drafts.keep(room, begun === '' ? shared.text : `${begun}\n${shared.text}`);
    if (shared.files.length > 0) new Attaching(this.#files, this.#drafts, room).add(shared.files);
    this.#drafts.flush();
    await this.forget();
  }

  async forget(): Promise<void> {
    this.#shared = null;
    await this.#shelf.forget().catch(() => undefined);
  }
}
