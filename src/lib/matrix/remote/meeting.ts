import { meetingPlace, type FromEngine, type FromPage, type Spoken, type Wire } from '../channel.ts';

/** The page's wire to whichever of the pages' workers is the engine. Messages wait until one is known. */
export class MeetingWire implements Wire<FromEngine, FromPage> {
  onmessage: ((event: MessageEvent<FromEngine>) => void) | null = null;
  /** Runs when another engine has taken over. */
  onhost: (() => void) | null = null;
  readonly #channel: BroadcastChannel;
  readonly #page: string;
  #waiting: FromPage[] | null = [];
  #engine: string | undefined;

  constructor(page: string, place = meetingPlace) {
    this.#page = page;
    this.#channel = new BroadcastChannel(place);
    this.#channel.onmessage = (event: MessageEvent<Spoken>) => this.#hear(event);
    this.#say({ t: 'host?' });
  }

  postMessage(message: FromPage): void {
    if (this.#waiting) this.#waiting.push(message);
    else this.#say({ t: 'to-engine', page: this.#page, message });
  }

  close(): void {
    this.#channel.close();
  }

  #hear({ data }: MessageEvent<Spoken>): void {
    if (data.t === 'to-page' && data.page === this.#page)
      this.onmessage?.(new MessageEvent('message', { data: data.message }));
    // The engine answers every page that asks: what is known already is no news.
    if (data.t !== 'host' || data.engine === this.#engine) return;
    this.#engine = data.engine;
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) for (const message of waiting) this.postMessage(message);
    else this.onhost?.();
  }

  #say(spoken: Spoken): void {
    this.#channel.postMessage(spoken);
  }
}
