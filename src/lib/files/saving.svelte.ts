import { Failure } from '$lib/matrix/failure';
import type { Files } from '$lib/matrix/ports';
import type { FileBody } from '$lib/matrix/values';

/** ms after which the browser has surely taken over what it saves. */
const taken = 60_000;

/** Saves files where the browser puts downloads. */
export class Saving {
  readonly #files: Files;
  #busy = $state(false);
  #failure = $state.raw<Failure>();

  constructor(files: Files) {
    this.#files = files;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  async save({ source, name }: Pick<FileBody, 'source' | 'name'>): Promise<void> {
    if (!source || this.#busy) return;
    this.#busy = true;
    this.#failure = undefined;
    try {
      // Without a type: a browser may open what it knows, in our own name.
      handOver(new Blob([await this.#files.bytes(source)]), name);
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
    } finally {
      this.#busy = false;
    }
  }
}

/** Has the browser save bytes under a name. */
export function handOver(bytes: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(bytes);
  link.download = name || 'file';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), taken);
}
