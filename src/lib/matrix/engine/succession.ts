/** Where the workers of all builds meet. */
const meeting = 'tertulia-builds';

/** What a worker says there. Other builds may come to say more: only this is read of them. */
type Spoken = { readonly build: number };

const buildOf = (spoken: unknown): number | undefined => {
  const build = (spoken as Partial<Spoken> | null)?.build;
  return typeof build === 'number' && Number.isFinite(build) ? build : undefined;
};

/**
 * Which build has the engine: the newest. A worker says its build when it starts; one that hears of a newer one yields,
 * once and for good, and one that hears of an older one lets it know. Two builds never serve side by side: what a newer
 * one keeps, an older one may not understand.
 */
export class Succession {
  readonly #build: number;
  readonly #yields: () => void;
  readonly #channel: BroadcastChannel;
  #holds = 0;
  #state: 'serving' | 'overtaken' | 'yielded' = 'serving';

  /** `yields` ends what runs, and tells its pages. */
  constructor(build: number, yields: () => void, place = meeting) {
    this.#build = build;
    this.#yields = yields;
    this.#channel = new BroadcastChannel(place);
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#hear(buildOf(data));
    this.#say();
  }

  /** Until the returned function is called nothing newer takes over: for what must not be cut off, a call. */
  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (held) this.#holds--;
      held = false;
      this.#yieldWhenFree();
    };
  }

  close(): void {
    this.#channel.close();
  }

  #hear(other: number | undefined): void {
    if (other === undefined || other === this.#build) return;
    if (other < this.#build) return this.#say();
    if (this.#state === 'serving') this.#state = 'overtaken';
    this.#yieldWhenFree();
  }

  #yieldWhenFree(): void {
    if (this.#state !== 'overtaken' || this.#holds > 0) return;
    this.#state = 'yielded';
    this.#yields();
  }

  #say(): void {
    this.#channel.postMessage({ build: this.#build } satisfies Spoken);
  }
}
