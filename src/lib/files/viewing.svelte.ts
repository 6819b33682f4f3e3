import type { FileBody, Person } from '$lib/matrix/values';

/** A picture that can be looked at, by the key of its message. */
export type Picture = { readonly key: string; readonly sender: Person; readonly body: FileBody };

/** How many times as large as the window. */
const scales = [1, 1.5, 2, 3, 4, 6, 8] as const;

/** Which of some pictures one looks at, and how large. */
export class Viewing {
  readonly #pictures: () => readonly Picture[];
  #key = $state('');
  #step = $state(0);

  constructor(pictures: () => readonly Picture[], first: string) {
    this.#pictures = pictures;
    this.#key = first;
  }

  /** Of one that has gone meanwhile: the last. */
  get index(): number {
    const pictures = this.#pictures();
    const at = pictures.findIndex(({ key }) => key === this.#key);
    return at < 0 ? pictures.length - 1 : at;
  }

  get current(): Picture | undefined {
    return this.#pictures()[this.index];
  }

  get scale(): number {
    return scales[this.#step] ?? 1;
  }

  move(by: 1 | -1): void {
    const next = this.#pictures()[this.index + by];
    if (!next) return;
    this.#key = next.key;
    this.fit();
  }

  zoom(by: 1 | -1): void {
    this.#step = Math.min(scales.length - 1, Math.max(0, this.#step + by));
  }

  fit(): void {
    this.#step = 0;
  }

  /** A press: larger, or as it was. */
  toggle(): void {
    this.#step = this.#step > 0 ? 0 : 2;
  }
}
