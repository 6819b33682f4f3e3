import { Failure } from '$lib/matrix/failure';
import type { Timelines } from '$lib/matrix/ports';
import { newTransaction } from '$lib/matrix/transaction';
import type { RoomId } from '$lib/matrix/values';
import type { Drafts } from './drafts.svelte';

/** ms of writing before the others are told, so that what is written and sent at once costs them nothing. */
const lead = 300;
/** ms between two words to the others that one is writing, and of rest after which one no longer is. */
const repeat = 4000;
const rest = 6000;
/** ms after a message; it comes first, and shows by itself that she has done with it. */
const done = 500;

/** What one is about to say. */
export class Composer {
  readonly #timelines: Pick<Timelines, 'send' | 'typing'>;
  readonly #drafts: Drafts;
  readonly #room: RoomId;
  readonly #now: () => number;
  #failure = $state.raw<Failure>();
  #told: number | null = null;
  #beginning: ReturnType<typeof setTimeout> | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #untold: boolean | null = null;
  #telling = false;

  constructor(
    timelines: Pick<Timelines, 'send' | 'typing'>,
    drafts: Drafts,
    room: RoomId,
    now: () => number = Date.now
  ) {
    this.#timelines = timelines;
    this.#drafts = drafts;
    this.#room = room;
    this.#now = now;
  }

  get text(): string {
    return this.#drafts.of(this.#room);
  }

  set text(text: string) {
    this.#drafts.keep(this.#room, text);
    this.#failure = undefined;
    if (text.trim() === '') this.stopTyping();
    else this.#type();
  }

  get empty(): boolean {
    return this.text.trim() === '';
  }

  /** Why a message could not even be kept to be sent; its text is back in the field. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** True when the message is on its way. */
  async send(): Promise<boolean> {
    const text = this.text.trim();
    if (text === '') return false;
    this.#drafts.keep(this.#room, '');
    this.#failure = undefined;
    this.#forgetBeginning();
    this.#restIn(done);
    try {
      await this.#timelines.send(this.#room, { text }, newTransaction());
      return true;
    } catch (thrown) {
      if (this.empty) this.#drafts.keep(this.#room, text);
      this.#failure = Failure.from(thrown);
      return false;
    }
  }

  /** The others are told that one no longer writes. Also to be called when the conversation is left. */
  stopTyping(): void {
    this.#forgetBeginning();
    clearTimeout(this.#resting);
    if (this.#told === null) return;
    this.#told = null;
    this.#tell(false);
  }

  #type(): void {
    this.#restIn(rest);
    if (this.#told === null) this.#beginning ??= setTimeout(() => this.#tellTyping(), lead);
    else if (this.#now() - this.#told >= repeat) this.#tellTyping();
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
    this.#resting = setTimeout(() => this.stopTyping(), ms);
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
      await this.#timelines.typing(this.#room, typing).catch(() => undefined);
    }
    this.#telling = false;
  }
}
