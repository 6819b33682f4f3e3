import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** Bytes that are in memory at once: of a file that goes in, and of the archive until the browser takes them over. */
const [step, most] = [256 * 1024, 4 * 1024 * 1024];

/** A ZIP archive that is written file by file. The browser holds what is written, which may be more than fits in memory. */
export class Archive {
  readonly #now: number;
  readonly #zip: Zip;
  readonly #parts: Blob[] = [];
  #written: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #failure: Error | null = null;

  /** `now`, ms since the epoch: of when its files are. */
  constructor(now: number) {
    this.#now = now;
    this.#zip = new Zip((failure, chunk) => {
      this.#failure ??= failure;
      if (failure) return;
      this.#written.push(chunk as Uint8Array<ArrayBuffer>);
      this.#size += chunk.length;
      if (this.#size > most) this.#handOver();
    });
  }

  /** `packed` false: it is small already, as pictures are. */
  async add(path: string, bytes: Blob, packed = true): Promise<void> {
    const entry = packed ? new ZipDeflate(path, { level: 6 }) : new ZipPassThrough(path);
    entry.mtime = this.#now;
    this.#zip.add(entry);
    for (let at = 0; at < bytes.size; at += step)
      entry.push(new Uint8Array(await bytes.slice(at, at + step).arrayBuffer()), at + step >= bytes.size);
    if (bytes.size === 0) entry.push(new Uint8Array(), true);
  }

  end(): Blob {
    this.#zip.end();
    if (this.#failure) throw this.#failure;
    this.#handOver();
    return new Blob(this.#parts, { type: 'application/zip' });
  }

  #handOver(): void {
    this.#parts.push(new Blob(this.#written));
    [this.#written, this.#size] = [[], 0];
  }
}
