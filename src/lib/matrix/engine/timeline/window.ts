import type { EventId, Timeline } from '../../values.ts';
import type { Entry } from './entry.ts';
import type { Run } from './run.ts';

/** Events that are lines of their own: more of them are held only where a view needs them to fill what it shows. */
const most = 300;

type End = 'older' | 'newer';

/** Which part of a conversation a run of events is, and how it moves over it. */
export class Window {
  readonly #run: Run;
  older: Timeline['older'] = 'loading';
  newer: Timeline['newer'] = 'end';
  /** What `older` is while nothing is asked for. */
  #rested: 'beginning' | 'more' = 'more';
  /** The server's tokens at both ends; null where none is known. */
  #before: string | null = null;
  #after: string | null = null;
  #most = most;
  /** The end that grew last, how many times in turn, and whether something fell off for it. */
  #grown = { end: 'older' as End, times: 0, fell: false };

  constructor(run: Run) {
    this.#run = run;
  }

  get before(): string | null {
    return this.#before;
  }

  /** From where to read on at one end: a token or, where none is known, the event that stands there. */
  place(end: End): { readonly token: string | null; readonly event: EventId | undefined } {
    return end === 'older'
      ? { token: this.#before, event: this.#run.first }
      : { token: this.#after, event: this.#run.last };
  }

  /** The run reaches the newest event: what comes joins on to it. */
  get live(): boolean {
    return this.newer === 'end';
  }

  /** `before` undefined: it is not known what comes before. */
  replace(
    entries: readonly Entry[],
    at: { before: string | null | undefined; after: string | null; live: boolean }
  ): void {
    this.#run.replace(entries);
    this.#most = most;
    this.#setBefore(at.before);
    this.#after = at.after;
    this.newer = at.live ? 'end' : 'more';
  }

  /** Something came live. */
  append(entries: readonly Entry[]): void {
    this.#run.append(entries);
    this.#cut('older');
  }

  /** What had been missing up to the newest was read. */
  join(entries: readonly Entry[]): void {
    this.older = this.#rested;
    this.append(entries);
  }

  /**
   * A part was read at one end; what is too much falls off at the other. `token`: behind that part, null where nothing
   * more is there. `seen`: the newest event that the sync has told of.
   */
  grow(end: End, entries: readonly Entry[], token: string | null, seen: EventId | null): void {
    this.#widen(end);
    if (end === 'older') {
      this.#run.prepend(entries);
      this.#setBefore(token);
      this.#cut('newer');
    } else {
      this.#run.append(entries);
      this.#after = token;
      this.newer = token === null || this.#run.last === seen ? 'end' : 'more';
      this.#cut('older');
    }
  }

  /**
   * Whoever asks for what has just fallen off, after a single step the other way, shows more than the window holds: many
   * events may make one line. It would go back and forth for ever.
   */
  #widen(end: End): void {
    const { end: before, times, fell } = this.#grown;
    if (before !== end && times === 1 && fell) this.#most *= 2;
    this.#grown = { end, times: before === end ? times + 1 : 1, fell: false };
  }

  #cut(end: End): void {
    if (!this.#run.cut(end, this.#most)) return;
    this.#grown.fell = true;
    if (end === 'older') {
      this.#before = null;
      this.older = this.#rested = 'more';
    } else {
      this.#after = null;
      this.newer = 'more';
    }
  }

  #setBefore(token: string | null | undefined): void {
    this.#before = token ?? null;
    this.#rested = token === null || this.#run.entries[0]?.raw.type === 'm.room.create' ? 'beginning' : 'more';
    this.older = this.#rested;
  }
}
