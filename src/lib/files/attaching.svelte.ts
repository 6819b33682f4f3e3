import { Failure } from '$lib/matrix/failure';
import type { Files } from '$lib/matrix/ports';
import type { Attachment, RoomId } from '$lib/matrix/values';

/** A file that shall go with what one writes. `refused`: it cannot, with the bytes that the zone takes at most. */
export type Attached = { readonly id: number; readonly name: string; readonly size: number } & (
  | { readonly state: 'preparing' }
  | { readonly state: 'ready'; readonly attachment: Attachment }
  | { readonly state: 'refused'; readonly why: 'empty' | { readonly most: number } }
);

/** Where they are kept while one walks about. */
type Shelf = { files(room: RoomId): readonly Attached[]; attach(room: RoomId, files: readonly Attached[]): void };
type Prepare = (file: File) => Promise<Attachment>;

const prepared: Prepare = async (file) => (await import('./prepare')).attachmentOf(file);
let ids = 0;

/** The files that go with what one is about to say. */
export class Attaching {
  readonly #port: Pick<Files, 'limit'>;
  readonly #shelf: Shelf;
  readonly #room: RoomId;
  readonly #prepare: Prepare;
  #running: Promise<unknown> = Promise.resolve();

  constructor(port: Pick<Files, 'limit'>, shelf: Shelf, room: RoomId, prepare: Prepare = prepared) {
    this.#port = port;
    this.#shelf = shelf;
    this.#room = room;
    this.#prepare = prepare;
  }

  get all(): readonly Attached[] {
    return this.#shelf.files(this.#room);
  }

  /** Something would be sent. */
  get some(): boolean {
    return this.all.some(({ state }) => state !== 'refused');
  }

  add(files: Iterable<File>): void {
    const added = [...files].map((file) => ({ file, id: ++ids }));
    this.#put([
      ...this.all,
      ...added.map(({ file: { name, size }, id }) => ({ id, name, size, state: 'preparing' }) as const)
    ]);
    // One after the other: a phone has no memory for ten pictures at once.
    for (const one of added) this.#running = this.#running.then(() => this.#ready(one));
  }

  remove(id: number): void {
    this.#put(this.all.filter((one) => one.id !== id));
  }

  /** Takes what is to be sent, once all of it is ready; what was refused goes. */
  async take(): Promise<readonly Attachment[]> {
    await this.#running;
    const files = this.all.flatMap((one) => (one.state === 'ready' ? [one.attachment] : []));
    if (this.all.length > 0) this.#put([]);
    return files;
  }

  /** Puts back what could not be kept to be sent. */
  giveBack(files: readonly Attachment[]): void {
    const back = files.map((attachment) => {
      const { name, bytes } = attachment;
      return { id: ++ids, name, size: bytes.size, state: 'ready', attachment } as const;
    });
    this.#put([...back, ...this.all]);
  }

  async #ready({ file, id }: { file: File; id: number }): Promise<void> {
    if (!this.all.some((one) => one.id === id)) return;
    const { name, size } = file;
    const refused = size === 0 ? 'empty' : await this.#tooLarge(size);
    if (refused) return this.#replace({ id, name, size, state: 'refused', why: refused });
    this.#replace({ id, name, size, state: 'ready', attachment: await this.#prepare(file) });
  }

  async #tooLarge(size: number): Promise<{ most: number } | null> {
    try {
      const most = await this.#port.limit();
      return most !== null && size > most ? { most } : null;
    } catch (thrown) {
      // Nobody knows yet: the zone says it when the file comes.
      console.warn('the largest file is not known', Failure.from(thrown).message);
      return null;
    }
  }

  #replace(one: Attached): void {
    this.#put(this.all.map((other) => (other.id === one.id ? one : other)));
  }

  #put(files: readonly Attached[]): void {
    this.#shelf.attach(this.#room, files);
  }
}
