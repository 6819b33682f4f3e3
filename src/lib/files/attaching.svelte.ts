import { Failure } from '$lib/matrix/failure';
import type { Files } from '$lib/matrix/ports';
import type { Attachment, RoomId } from '$lib/matrix/values';

type Named = { readonly id: number; readonly name: string; readonly size: number };
/** What became of a file that was chosen. `refused`: it cannot be sent, with the bytes that the zone takes at most. */
type Settled = Named &
  (
    | { readonly state: 'ready'; readonly attachment: Attachment }
    | { readonly state: 'refused'; readonly why: 'empty' | { readonly most: number } }
  );
/** A file that shall go with what one writes. */
export type Attached = Settled | (Named & { readonly state: 'preparing'; readonly settled: Promise<Settled> });

/** Where they are kept while one walks about. */
type Shelf = { files(room: RoomId): readonly Attached[]; attach(room: RoomId, files: readonly Attached[]): void };
type Prepare = (file: File) => Promise<Attachment>;

const prepared: Prepare = async (file) => (await import('./prepare')).attachmentOf(file);
let ids = 0;

/** ms for which it is waited to hear how much the zone takes. */
const patience = 1000;
const late = () => new Promise<null>((resolve) => setTimeout(() => resolve(null), patience));

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
    for (const file of files) {
      const { name, size } = file;
      const id = ++ids;
      // One after the other: a phone has no memory for ten pictures at once.
      const settled = this.#running.then(() => this.#settle(file, { id, name, size }));
      this.#running = settled;
      this.#put([...this.all, { id, name, size, state: 'preparing', settled }]);
      void settled.then((one) => this.#put(this.all.map((other) => (other.id === id ? one : other))));
    }
  }

  remove(id: number): void {
    this.#put(this.all.filter((one) => one.id !== id));
  }

  /** Takes what is to be sent; it resolves when all of that is ready. What turns out to be refused comes back. */
  async take(): Promise<readonly Attachment[]> {
    const taken = this.all.filter(({ state }) => state !== 'refused');
    this.#put(this.all.filter(({ state }) => state === 'refused'));
    const settled = await Promise.all(taken.map((one) => (one.state === 'preparing' ? one.settled : one)));
    const refused = settled.filter(({ state }) => state === 'refused');
    if (refused.length > 0) this.#put([...refused, ...this.all]);
    return settled.flatMap((one) => (one.state === 'ready' ? [one.attachment] : []));
  }

  /** Puts back what could not be kept to be sent. */
  giveBack(files: readonly Attachment[]): void {
    const back = files.map((attachment) => {
      const { name, bytes } = attachment;
      return { id: ++ids, name, size: bytes.size, state: 'ready', attachment } as const;
    });
    this.#put([...back, ...this.all]);
  }

  async #settle(file: File, named: Named): Promise<Settled> {
    const refused = file.size === 0 ? 'empty' : await this.#tooLarge(file.size);
    if (refused) return { ...named, state: 'refused', why: refused };
    return { ...named, state: 'ready', attachment: await this.#prepare(file) };
  }

  async #tooLarge(size: number): Promise<{ most: number } | null> {
    try {
      const most = await Promise.race([this.#port.limit(), late()]);
      return most !== null && size > most ? { most } : null;
    } catch (thrown) {
      // Nobody knows yet: the zone says it when the file comes.
      console.warn('the largest file is not known', Failure.from(thrown).message);
      return null;
    }
  }

  #put(files: readonly Attached[]): void {
    this.#shelf.attach(this.#room, files);
  }
}
