import type { EventId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { isSilent, type Entry } from './entry.ts';
import { Relations } from './relations.ts';

/** Events that change others are folded; of those beyond this many only the newest are kept as events. */
const mostSilent = 1_000;
const silentKept = 100;

/** Events without a hole between them, oldest first, each once. */
export class Run {
  readonly relations = new Relations();
  readonly #known = new Set<EventId>();
  #entries: Entry[] = [];
  #lines: Entry[] = [];

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Those that change no other. */
  get lines(): readonly Entry[] {
    return this.#lines;
  }

  get first(): EventId | undefined {
    return this.#entries[0]?.raw.event_id;
  }

  get last(): EventId | undefined {
    return this.#entries.at(-1)?.raw.event_id;
  }

  has(event: EventId): boolean {
    return this.#known.has(event);
  }

  find(event: EventId): Entry | undefined {
    return this.#entries.find(({ raw }) => raw.event_id === event);
  }

  /** Another run altogether. */
  replace(entries: readonly Entry[]): void {
    this.#known.clear();
    this.#entries = [];
    this.#lines = [];
    this.append(entries);
  }

  append(entries: readonly Entry[]): void {
    for (const entry of this.#fresh(entries)) {
      this.#entries.push(entry);
      if (!isSilent(entry)) this.#lines.push(entry);
    }
    this.#compact();
  }

  prepend(entries: readonly Entry[]): void {
    this.#set([...this.#fresh(entries), ...this.#entries]);
    this.#compact();
  }

  /** Events from elsewhere, for what they do to those that are here. */
  fold(entries: readonly Entry[]): void {
    for (const entry of entries) this.relations.take(entry);
  }

  /** The same events, opened anew. */
  update(entries: readonly Entry[]): void {
    const anew = new Map(entries.map((entry) => [entry.raw.event_id, entry]));
    this.fold(entries);
    this.#set(this.#entries.map((entry) => anew.get(entry.raw.event_id) ?? entry));
  }

  /** Takes away from one end what goes beyond `most` lines. Whether anything was. */
  cut(end: 'older' | 'newer', most: number): boolean {
    const over = this.#lines.length - most;
    if (over <= 0) return false;
    const gone = end === 'older' ? this.#lines.splice(0, over) : this.#lines.splice(most);
    const border = this.#entries.indexOf((end === 'older' ? gone.at(-1) : gone[0]) as Entry);
    const fallen = end === 'older' ? this.#entries.splice(0, border + 1) : this.#entries.splice(border);
    for (const { raw } of fallen) this.#known.delete(raw.event_id);
    return true;
  }

  #set(entries: Entry[]): void {
    this.#entries = entries;
    this.#lines = entries.filter((entry) => !isSilent(entry));
  }

  #fresh(entries: readonly Entry[]): Entry[] {
    return entries.filter((entry) => {
      this.relations.take(entry);
      const isNew = !this.#known.has(entry.raw.event_id);
      this.#known.add(entry.raw.event_id);
      return isNew;
    });
  }

  #compact(): void {
    if (this.#entries.length - this.#lines.length <= mostSilent) return;
    const from = this.#entries.length - silentKept;
    this.#set(this.#entries.filter((entry, index) => index >= from || !isSilent(entry)));
  }
}

/** What of `arrived` comes after the last event that is here: a page may be newer than the sync. */
export function after(run: Run, arrived: readonly RawEvent[]): readonly RawEvent[] {
  return arrived.slice(arrived.findLastIndex((raw) => run.has(raw.event_id)) + 1);
}
