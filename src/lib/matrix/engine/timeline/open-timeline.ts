import { Failure } from '../../failure.ts';
import type { EventId, Place, RoomId, Timeline, UserId } from '../../values.ts';
import { readForms } from '../../writing/formatted.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';
import type { Outbox } from '../outbox.ts';
import type { Server } from '../server.ts';
import type { OutboxItem } from '../store/database.ts';
import type { RoomNews } from '../sync/intake.ts';
import type { Records } from '../sync/records.ts';
import { contentsIn, isOpen, isWaiting, Opener, type Entry } from './entry.ts';
import { History, type Part } from './history.ts';
import { Namebook } from './namebook.ts';
import { OwnMessages } from './own-messages.ts';
import { after, Run } from './run.ts';
import { tailOfRun, type Tails } from './tails.ts';
import { Turns } from './turns.ts';
import { View } from './view.ts';
import { Window } from './window.ts';

type Deps = {
  server: Server;
  records: Records;
  outbox: Outbox;
  crypto: () => Crypto | undefined;
  tails: Pick<Tails, 'of' | 'keep' | 'flush'>;
  me: UserId;
};

/**
 * One conversation as it is read: a run of events without a hole, mostly up to the newest, one's own messages on their
 * way behind it. What was kept of its end is shown first. What the sync brings is appended where the run reaches the
 * end; a gap is read and closed, and one too long for that starts the run anew: reading back leads through it.
 */
export class OpenTimeline {
  readonly #room: RoomId;
  readonly #deps: Deps;
  readonly #onValue: (timeline: Timeline) => void;
  readonly #opener: Opener;
  /** What is loaded, and how people are called there: for others to read alone. */
  readonly run = new Run();
  readonly book = new Namebook();
  readonly view: View;
  readonly #window = new Window(this.run);
  readonly #own: OwnMessages;
  readonly #history: History;
  readonly #reading: { older?: Promise<void>; newer?: Promise<void> } = {};
  readonly #life = new AbortController();
  readonly #turns: Turns;
  readonly #isHere = (raw: RawEvent): boolean => this.run.has(raw.event_id);
  #typing: readonly UserId[] = [];
  #loaded = false;
  #isUnkept = false;
  /** The run does not reach the newest: loading it failed. Nothing is joined on to it until that has been made up for. */
  #torn = false;
  /** The run is the server's word. What was kept is a picture: an end without a flush may have left a hole in it. */
  #sure = false;
  #publishing = false;

  constructor(room: RoomId, deps: Deps, publish: (timeline: Timeline) => void) {
    this.#room = room;
    this.#deps = deps;
    this.#onValue = publish;
    this.#turns = new Turns(`timeline ${room}`, this.#life.signal, () => this.#publish());
    // An event whose key may still come holds on to who asked for it: not to all of a conversation that has been closed.
    const self = new WeakRef(this);
    this.#opener = new Opener(room, deps.crypto, (raw) => {
      const open = self.deref();
      if (open) void open.#reopen([raw]);
    });
    this.#own = new OwnMessages(room, deps.me, deps.outbox);
    const { records, me } = deps;
    this.view = new View({
      room,
      records,
      book: this.book,
      run: this.run,
      window: this.#window,
      own: this.#own,
      me
    });
    this.#history = new History(deps.server, room, this.#life.signal);
    void this.#turns.add(() => this.#open());
  }

  /** An event that is here, or one's own that is about to be. */
  find(event: EventId): Entry | undefined {
    return this.run.find(event) ?? this.#own.entry(event);
  }

  /** Ends its requests too: nothing is said any more. */
  close(): void {
    if (this.#life.signal.aborted) return;
    this.#keep();
    void this.#deps.tails.flush();
    this.#life.abort();
  }

  take(news: RoomNews): void {
    void this.#turns.add(async () => {
      this.book.learn([...news.state, ...news.arrived]);
      // What comes elsewhere may still change what is here.
      if (!this.#window.live) this.run.fold(await this.#entriesOf({ events: news.arrived, state: [] }));
      else if (news.gap || this.#torn) await this.#closeGap();
      else await this.#append(news.arrived);
    });
  }

  /** The connection stands again: what could not be loaded is. */
  heal(): void {
    void this.#turns.add(() => (this.#torn ? this.#closeGap() : Promise.resolve()));
  }

  setTyping(people: readonly UserId[]): void {
    this.#typing = people;
    this.#publish();
  }

  /** Read marks or the outbox changed. */
  refresh(): void {
    this.#publish();
  }

  sent(item: OutboxItem, event: EventId): void {
    this.#own.take(item, event, this.run.has(event));
    this.#publish();
  }

  /** Everything that could not be read is tried again: the crypto is up, or keys came back. */
  reopen(): void {
    const again = () => this.#reopen(this.run.entries.filter(isWaiting).map(({ raw }) => raw));
    void again();
    // And what is being loaded at this moment.
    void this.#turns.add(again);
  }

  /** Resolves when the rows are there, when reading failed (the timeline says so), or when it is closed. */
  older(): Promise<void> {
    return this.#window.older === 'beginning' ? Promise.resolve() : this.#read('older');
  }

  newer(): Promise<void> {
    return this.#window.live ? Promise.resolve() : this.#read('newer');
  }

  async jump(place: Place): Promise<string | null> {
    let key: string | null = null;
    await this.#turns.ask(async () => {
      const event = place === 'end' ? null : 'event' in place ? place.event : await this.#history.at(place.at);
      if (event !== null) key = await this.#showAround(event);
      else if (!this.#window.live || this.#torn) await this.#loadNewest({ orFail: true });
      // Whoever asked finds the rows there.
      this.#tell();
    });
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
    await this.#turns.add(async () => {
      if (this.#torn) return this.#closeGap();
      try {
        const part = await this.#history[end](this.#window.place(end), (raw) => !this.#isHere(raw));
        this.#window.grow(end, await this.#entriesOf(part), part.end, this.#seen);
      } catch (thrown) {
        this.#window[end] = { failed: Failure.from(thrown).reason };
      }
    });
  }

  /** What was kept is shown at once, until the server has answered. */
  async #open(): Promise<void> {
    const asked = this.#askNewest();
    // Taken in later: a refusal meanwhile is not one that nobody hears of.
    asked.part.catch(() => undefined);
    const tail = await this.#deps.tails.of(this.#room);
    await readForms(this.#own.echoes().flatMap(({ content }) => contentsIn(content)));
    if (tail && !this.#life.signal.aborted) {
      this.book.recall(tail.names ?? {});
      const entries = await this.#entriesOf({ events: tail.events, state: [] });
      this.#window.replace(entries, { before: undefined, after: null, live: true });
      this.#window.older = 'loading';
      // What only waits for the crypto to start is not called unreadable: it is shown in a moment.
      this.#loaded = this.#deps.crypto() !== undefined || entries.every(({ opened }) => isOpen(opened));
    }
    this.#isUnkept = !tail;
    this.#publish();
    await this.#loadNewest({ asked });
  }

  /** `sent`: what the server had by then. */
  #askNewest(known?: (raw: RawEvent) => boolean) {
    return { sent: this.#own.sent, part: this.#history.newest(known) };
  }

  /** What came does not join on to what is here: what lies between is read, and the rows stay where it is not too much. */
  #closeGap(): Promise<void> {
    return this.#loadNewest({ asked: this.#askNewest(this.#sure ? this.#isHere : undefined) });
  }

  async #loadNewest({ asked = this.#askNewest(), orFail = false } = {}): Promise<void> {
    const before = this.#window.older;
    this.#window.older = 'loading';
    try {
      const part = await asked.part;
      const events = part.joins ? after(this.run, part.events) : part.events;
      const entries = await this.#entriesOf({ ...part, events }, { newest: true });
      // The server had these before it was asked: one that is not among the newest lies further back.
      this.#own.forget(asked.sent);
      if (part.joins) this.#window.join(entries);
      else this.#window.replace(entries, { before: part.end, after: null, live: true });
      [this.#torn, this.#sure] = [false, true];
    } catch (thrown) {
      this.#window.older = orFail ? before : { failed: Failure.from(thrown).reason };
      if (orFail) throw thrown;
      this.#torn = true;
    } finally {
      this.#loaded = true;
    }
  }

  async #showAround(event: EventId): Promise<string | null> {
    if (!this.run.has(event)) {
      const { start, end, ...part } = await this.#history.around(event);
      const live = end === null || part.events.at(-1)?.event_id === this.#seen;
      this.#window.replace(await this.#entriesOf(part), { before: start, after: end, live });
      [this.#torn, this.#sure, this.#loaded] = [false, true, true];
    }
    return this.view.keyAt(event);
  }

  /** The newest event that the sync has told of. */
  get #seen(): EventId | null {
    return this.#deps.records.look(this.#room)?.seen ?? null;
  }

  /** Opens a part of the history. Not the `newest`: what is known of a person by now is newer than what it says. */
  async #entriesOf({ events, state }: Pick<Part, 'events' | 'state'>, { newest = false } = {}): Promise<Entry[]> {
    this.book.learn([...state, ...events], { overwrite: newest });
    const entries = await this.#opener.all(events, this.run.entries);
    for (const { raw } of entries) this.#own.recognise(raw);
    return entries;
  }

  async #append(arrived: readonly RawEvent[]): Promise<void> {
    const events = after(this.run, arrived);
    if (events.length === 0) return;
    this.#window.append(await this.#entriesOf({ events, state: [] }, { newest: true }));
    this.#typing = this.#typing.filter((id) => !events.some(({ sender }) => sender === id));
  }

  /** In no order with other changes: each event stays where it stands. */
  async #reopen(events: readonly RawEvent[]): Promise<void> {
    if (this.#life.signal.aborted) return;
    this.run.update(await this.#opener.all(events));
    this.#loaded ||= this.run.entries.length > 0;
    this.#publish();
  }

  /** What the next opening shows first; nothing of a run that does not reach the end. */
  #keep(): void {
    if (!this.#window.live || this.#torn || !this.#loaded) return;
    const { before } = this.#window;
    this.#deps.tails.keep(this.#room, () =>
      tailOfRun(this.#room, this.run, { before, names: this.book.names, keys: this.#own.keys })
    );
  }

  /** What one writes stands there, though nothing of the conversation does yet. */
  readonly #shows = (): boolean => this.#loaded || (this.#isUnkept && this.#own.echoes().length > 0);

  /** Once for all changes of one turn of the event loop. */
  #publish(): void {
    if (this.#publishing || this.#life.signal.aborted || !this.#shows()) return;
    this.#publishing = true;
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    this.#publishing = false;
    if (this.#life.signal.aborted || !this.#shows()) return;
    const value = this.view.next(this.#typing);
    if (!value) return;
    this.#onValue(value);
    this.#keep();
  }
}
