import type { Timelines } from '$lib/matrix/ports';
import type { RoomId } from '$lib/matrix/values';

/** ms of writing before the others are told, so that what is written and sent at once costs them nothing. */
const lead = 300;
/** ms between two words to the others that one is writing, and of rest after which one no longer is. */
const repeat = 4000;
const rest = 6000;
/** ms after a message; it comes first, and shows by itself that she has done with it. */
const done = 500;

/** Tells the others in a conversation that one is writing, and that one no longer is. */
export class WritingNow {
  readonly #port: Pick<Timelines, 'typing'>;
  readonly #room: RoomId;
  readonly #now: () => number;
  #told: number | null = null;
  #beginning: ReturnType<typeof setTimeout> | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #untold: boolean | null = null;
  #telling = false;

  constructor(port: Pick<Timelines, 'typing'>, room: RoomId, now: () => number) {
    this.#port = port;
    this.#room = room;
    this.#now = now;
  }

  write(): void {
    this.#restIn(rest);
    if (this.#told === null) this.#beginning ??= setTimeout(() => this.#tellTyping(), lead);
    else if (this.#now() - this.#told >= repeat) this.#tellTyping();
  }

  /** A message is on its way. */
  sent(): void {
    this.#forgetBeginning();
    this.#restIn(done);
  }

  stop(): void {
    this.#forgetBeginning();
    clearTimeout(this.#resting);
    if (this.#told === null) return;
    this.#told = null;
    this.#tell(false);
  }

  #tellTyping(): void {
    this.#beginning = undefined;
    this.#told = this.#now();
    this.#tell(true);
  }

  #forgetBeginning(): void {
    clearTimeout(this.#beginning);
    this.#beginning = undefined;
  }

  #restIn(ms: number): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.stop(), ms);
  }

  /** One word at a time: two under way could arrive in the other order, and the last one must be true. */
  #tell(typing: boolean): void {
    this.#untold = typing;
    if (!this.#telling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#telling = true;
    while (this.#untold !== null) {
      const typing = this.#untold;
      this.#untold = null;
      // Nobody misses this word when the network is away.
      await this.#port.typing(this.#room, typing).catch(() => undefined);
    }
    this.#telling = false;
  }
}
