import { Failure } from '../../failure.ts';
import { settle } from '../../settle.ts';
import type { EventId, Place, RoomId, Timeline, UserId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';
import type { Outbox } from '../outbox.ts';
import type { Server } from '../server.ts';
import type { OutboxItem } from '../store/database.ts';
import type { RoomNews } from '../sync/intake.ts';
import type { Records } from '../sync/records.ts';
import { Opener } from './entry.ts';
import { History } from './history.ts';
import { Namebook } from './namebook.ts';
import { OwnMessages } from './own-messages.ts';
import { Rows } from './rows.ts';
import { after, Run } from './run.ts';
import { Window } from './window.ts';

type Deps = {
  server: Server;
  records: Records;
  outbox: Outbox;
  crypto: () => Crypto | undefined;
  me: UserId;
};

/**
 * One conversation as it is read: a run of events without a hole, mostly up to the newest, one's own messages on their
 * way behind it. What the sync brings is appended where the run reaches the end; a gap that could not be closed starts
 * the run anew, and reading back leads through it.
 */
export class OpenTimeline {
  readonly #room: RoomId;
  readonly #deps: Deps;
  readonly #onValue: (timeline: Timeline) => void;
  readonly #opener: Opener;
  readonly #book = new Namebook();
  readonly #run = new Run();
  readonly #window = new Window(this.#run);
  readonly #rows: Rows;
  readonly #own: OwnMessages;
  readonly #history: History;
  readonly #reading: { older?: Promise<void>; newer?: Promise<void> } = {};
  #typing: readonly UserId[] = [];
  #loaded = false;
  /** The run does not reach the newest: loading it failed. Nothing is joined on to it until that has been made up for. */
  #torn = false;
  readonly #life = new AbortController();
  /** Changes are taken in one after the other: opening an encrypted event takes time, and order must hold. */
  #turn: Promise<unknown> = Promise.resolve();
  #publishing = false;
  #told: Timeline | undefined;

  constructor(room: RoomId, deps: Deps, publish: (timeline: Timeline) => void) {
    this.#room = room;
    this.#deps = deps;
    this.#onValue = publish;
    this.#opener = new Opener(room, deps.crypto, (raw) => void this.#enqueue(() => this.#reopen([raw])));
    this.#rows = new Rows(deps.me, this.#book, this.#run.relations);
    this.#own = new OwnMessages(room, deps.me, deps.outbox);
    this.#history = new History(deps.server, room, this.#life.signal);
    void this.#enqueue(() => this.#loadNewest());
  }

  /** Ends its requests too: nothing is said any more. */
  close(): void {
    this.#life.abort();
    // An event whose key may still come holds on to who asked for it.
    this.#run.replace([]);
  }

  get #closed(): boolean {
    return this.#life.signal.aborted;
  }

  take(news: RoomNews): void {
    void this.#enqueue(async () => {
      this.#book.learn([...news.state, ...news.arrived]);
      if (!this.#window.live) await this.#fold(news.arrived);
      else if (news.gap || this.#torn) await this.#loadNewest();
      else await this.#append(news.arrived);
    });
  }

  /** The connection stands again: what could not be loaded is. */
  heal(): void {
    void this.#enqueue(async () => {
      if (this.#torn) await this.#loadNewest();
    });
  }

  setTyping(people: readonly UserId[]): void {
    this.#typing = people;
    this.#publish();
  }

  /** Something outside changed: read marks, the outbox. */
  refresh(): void {
    this.#publish();
  }

  sent(item: OutboxItem, event: EventId): void {
    this.#own.take(item, event, this.#run.has(event));
    this.#publish();
  }

  /** Everything that could not be read is tried again: the crypto is up, or keys came back. */
  reopen(): void {
    void this.#enqueue(() => {
      const closed = this.#run.entries.filter(
        ({ opened, edit }) => 'cause' in opened || (edit && 'cause' in edit.opened)
      );
      return this.#reopen(closed.map(({ raw }) => raw));
    });
  }

  /** Resolves when the rows are there, when reading failed (the timeline says so), or when it is closed. */
  older(): Promise<void> {
    if (this.#window.older === 'beginning') return Promise.resolve();
    return this.#read('older');
  }

  /** The same towards the end. */
  newer(): Promise<void> {
    if (this.#window.live) return Promise.resolve();
    return this.#read('newer');
  }

  /** See the port. */
  async jump(place: Place): Promise<string | null> {
    let key: string | null = null;
    await this.#enqueue(async () => {
      const event = place === 'end' ? null : 'event' in place ? place.event : await this.#history.at(place.at);
      if (event !== null) key = await this.#showAround(event);
      else if (!this.#window.live || this.#torn) await this.#loadNewest({ orFail: true });
      // Whoever asked finds the rows there.
      this.#tell();
    }, 'throws');
    return key;
  }

  /** One sees what one has said: it stands at the end. Where that cannot be read, one stays. */
  return(): void {
    if (this.#window.live) return;
    this.jump('end').catch((thrown) => console.warn('not at the end', this.#room, Failure.from(thrown).message));
  }

  #read(end: 'older' | 'newer'): Promise<void> {
    this.#reading[end] ??= this.#readOn(end).finally(() => (this.#reading[end] = undefined));
    return this.#reading[end];
  }

  async #readOn(end: 'older' | 'newer'): Promise<void> {
    this.#window[end] = 'loading';
    this.#publish();
    // Rows that came by the sync meanwhile stay where they are: only one end grows.
    await this.#enqueue(async () => {
      if (this.#torn) return this.#loadNewest();
      const { first, last } = this.#run;
      const isNew = (raw: RawEvent) => !this.#run.has(raw.event_id);
      try {
        const part =
          end === 'older'
            ? await this.#history.older(this.#window.before, first, isNew)
            : await this.#history.newer(this.#window.after, last, isNew);
        // What is known of a person by now is newer than what these events say.
        this.#book.learn([...part.events, ...part.state], { overwrite: false });
        const entries = await this.#opener.all(part.events);
        for (const { raw } of entries) this.#own.recognise(raw);
        this.#window.grow(end, entries, part.end, this.#seen);
      } catch (thrown) {
        this.#window[end] = { failed: Failure.from(thrown).reason };
      }
    });
  }

  async #loadNewest({ orFail } = { orFail: false }): Promise<void> {
    const [before, sentBefore] = [this.#window.older, this.#own.sent];
    this.#window.older = 'loading';
    try {
      const { events, state, end } = await this.#history.newest();
      this.#book.learn([...state, ...events]);
      const entries = await this.#opener.all(events);
      for (const { raw } of entries) this.#own.recognise(raw);
      // The server had these before it was asked: one that is not among the newest lies further back.
      this.#own.forget(sentBefore);
      this.#window.replace(entries, { before: end, after: null, live: true });
      this.#torn = false;
    } catch (thrown) {
      this.#window.older = orFail ? before : { failed: Failure.from(thrown).reason };
      if (orFail) throw thrown;
      this.#torn = true;
    } finally {
      this.#loaded = true;
    }
  }

  /** Resolves to the key of the row of an event, or of the nearest one after it, else before it. */
  async #showAround(event: EventId): Promise<string | null> {
    if (!this.#run.has(event)) {
      const around = await this.#history.around(event);
      const events = [...around.before, around.event, ...around.after];
      this.#book.learn([...around.state, ...events], { overwrite: false });
      const entries = await this.#opener.all(events);
      for (const { raw } of entries) this.#own.recognise(raw);
      const live = around.end === null || events.at(-1)?.event_id === this.#seen;
      this.#window.replace(entries, { before: around.start, after: around.end, live });
      this.#torn = false;
      this.#loaded = true;
    }
    this.#value();
    const ids = this.#run.entries.map(({ raw }) => raw.event_id);
    const at = ids.indexOf(event);
    for (const id of [...ids.slice(at), ...ids.slice(0, at).reverse()]) {
      const key = this.#rows.keyOf(id);
      if (key !== undefined) return key;
    }
    return null;
  }

  /** The newest event that the sync has told of. */
  get #seen(): EventId | null {
    return this.#deps.records.get(this.#room)?.seen ?? null;
  }

  async #append(arrived: readonly RawEvent[]): Promise<void> {
    const fresh = after(this.#run, arrived);
    if (fresh.length === 0) return;
    const entries = await this.#opener.all(fresh);
    for (const { raw } of entries) this.#own.recognise(raw);
    this.#window.append(entries);
    const writers = new Set(fresh.map((raw) => raw.sender));
    this.#typing = this.#typing.filter((id) => !writers.has(id));
  }

  /** What came at the end, which is elsewhere: it may still change what is here. */
  async #fold(arrived: readonly RawEvent[]): Promise<void> {
    for (const entry of await this.#opener.all(arrived)) this.#run.relations.take(entry);
  }

  async #reopen(events: readonly RawEvent[]): Promise<void> {
    this.#run.update(await this.#opener.all(events));
  }

  /** `throws`: who asked is told what went wrong. */
  #enqueue(work: () => Promise<void>, throws?: 'throws'): Promise<unknown> {
    const done = this.#turn.then(() => (this.#closed ? undefined : work()));
    this.#turn = done
      .catch((thrown) => {
        if (!throws) console.error('timeline', this.#room, Failure.from(thrown).message);
      })
      .then(() => this.#publish());
    return throws ? done : this.#turn;
  }

  /** Once for all changes of one turn of the event loop. */
  #publish(): void {
    if (this.#publishing || this.#closed || !this.#loaded) return;
    this.#publishing = true;
    queueMicrotask(() => {
      this.#publishing = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#closed || !this.#loaded) return;
    const value = settle(this.#told, this.#value());
    if (value === this.#told) return;
    this.#told = value;
    this.#onValue(value);
  }

  #value(): Timeline {
    const { records, me } = this.#deps;
    const receipts = records.get(this.#room)?.receipts ?? {};
    const { older, newer, live } = this.#window;
    return {
      rows: this.#rows.of({
        lines: this.#run.lines,
        // What one writes stands at the end, wherever one reads.
        echoes: live ? this.#own.echoes() : [],
        keys: this.#own.keys,
        receipts
      }),
      older,
      newer,
      typing: this.#typing.map((user) => this.#book.person(user)),
      readUpTo: receipts[me]?.event ?? null
    };
  }
}
