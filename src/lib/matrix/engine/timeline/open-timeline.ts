import { Failure } from '../../failure.ts';
import type { EventId, Person, RoomId, Timeline, TransactionId, UserId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { text, type RawEvent } from '../event.ts';
import { personOf } from '../person.ts';
import type { Outbox } from '../outbox.ts';
import type { Server } from '../server.ts';
import type { OutboxItem } from '../store/database.ts';
import { messagesBefore, type Page } from '../sync/gap.ts';
import type { RoomNews } from '../sync/intake.ts';
import type { Records } from '../sync/records.ts';
import { Opener, type Entry } from './entry.ts';
import { toRows, type Echo } from './rows.ts';

const pageSize = 40;

type Deps = {
  server: Server;
  records: Records;
  outbox: Outbox;
  crypto: () => Crypto | undefined;
  me: UserId;
};

/**
 * One conversation as it is read: a run of events without a hole up to the newest, one's own messages on their way
 * behind it. What the sync brings is appended; a gap that could not be closed starts the run anew.
 */
export class OpenTimeline {
  readonly #room: RoomId;
  readonly #deps: Deps;
  readonly #onValue: (timeline: Timeline) => void;
  readonly #opener: Opener;
  readonly #names = new Map<UserId, string>();
  readonly #keys = new Map<EventId, TransactionId>();
  #entries: Entry[] = [];
  #before: string | null = null;
  #older: Timeline['older'] = 'loading';
  #reading: Promise<void> | null = null;
  #typing: readonly UserId[] = [];
  #sent: (OutboxItem & { event: EventId })[] = [];
  #loaded = false;
  /** The run does not reach the newest: loading it failed. Nothing is joined on to it until that has been made up for. */
  #torn = false;
  readonly #life = new AbortController();
  /** Changes are taken in one after the other: opening an encrypted event takes time, and order must hold. */
  #turn: Promise<void> = Promise.resolve();
  #publishing = false;

  constructor(room: RoomId, deps: Deps, publish: (timeline: Timeline) => void) {
    this.#room = room;
    this.#deps = deps;
    this.#onValue = publish;
    this.#opener = new Opener(room, deps.crypto, (raw) => void this.#enqueue(() => this.#reopen([raw])));
    void this.#enqueue(() => this.#loadNewest());
  }

  /** Ends its requests too: nothing is said any more. */
  close(): void {
    this.#life.abort();
    // An event whose key may still come holds on to who asked for it.
    this.#entries = [];
  }

  get #closed(): boolean {
    return this.#life.signal.aborted;
  }

  take(news: RoomNews): void {
    void this.#enqueue(async () => {
      this.#learnNames([...news.state, ...news.arrived]);
      if (news.gap || this.#torn) await this.#loadNewest();
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
    if (!this.#adopt(event, item.transaction)) this.#sent.push({ ...item, event });
    this.#publish();
  }

  /** Everything that could not be read is tried again: the crypto is up, or keys came back. */
  reopen(): void {
    void this.#enqueue(() =>
      this.#reopen(this.#entries.filter(({ opened }) => 'cause' in opened).map(({ raw }) => raw))
    );
  }

  /** Resolves when the rows are there, when reading failed (the timeline says so), or when it is closed. */
  older(): Promise<void> {
    if (this.#older === 'beginning') return Promise.resolve();
    this.#reading ??= this.#readOlder().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readOlder(): Promise<void> {
    this.#older = 'loading';
    this.#publish();
    // Rows that came by the sync meanwhile stay where they are: only the front grows.
    await this.#enqueue(async () => {
      if (this.#torn) return this.#loadNewest();
      try {
        const page = await this.#page(this.#before);
        // What is known of a person by now is newer than what these events say.
        this.#learnNames([...page.chunk, ...page.state], { overwrite: false });
        const known = new Set(this.#entries.map(({ raw }) => raw.event_id));
        const entries = await this.#opener.all(page.chunk.toReversed().filter((raw) => !known.has(raw.event_id)));
        this.#entries = [...entries, ...this.#entries];
        this.#setBefore(page.end);
      } catch (thrown) {
        this.#older = { failed: Failure.from(thrown).reason };
      }
    });
  }

  async #loadNewest(): Promise<void> {
    this.#older = 'loading';
    const sentBefore = new Set(this.#sent);
    try {
      const page = await this.#page();
      const events = page.chunk.toReversed();
      this.#learnNames([...page.state, ...events]);
      this.#entries = await this.#opener.all(events);
      for (const { raw } of this.#entries) this.#recogniseOwn(raw);
      // The server had these before it was asked: one that is not among the newest lies further back.
      this.#sent = this.#sent.filter((item) => !sentBefore.has(item));
      this.#setBefore(page.end);
      this.#torn = false;
    } catch (thrown) {
      this.#older = { failed: Failure.from(thrown).reason };
      this.#torn = true;
    }
    this.#loaded = true;
  }

  #page(from?: string | null): Promise<Page> {
    const { server } = this.#deps;
    return messagesBefore(server, this.#room, { from, limit: pageSize, signal: this.#life.signal });
  }

  /** A page may be empty and still have more behind it: the server leaves out what one may not see. */
  #setBefore(end: string | undefined): void {
    const moved = end !== undefined && end !== this.#before;
    this.#before = end ?? null;
    this.#older = !moved || this.#entries[0]?.raw.type === 'm.room.create' ? 'beginning' : 'more';
  }

  async #append(arrived: readonly RawEvent[]): Promise<void> {
    const known = new Set(this.#entries.map(({ raw }) => raw.event_id));
    // The page may have been newer than the sync: what lies before an event that is here belongs before it.
    const fresh = arrived.slice(arrived.findLastIndex((raw) => known.has(raw.event_id)) + 1);
    if (fresh.length === 0) return;
    const entries = await this.#opener.all(fresh);
    for (const { raw } of entries) this.#recogniseOwn(raw);
    this.#entries = [...this.#entries, ...entries];
    const writers = new Set(fresh.map((raw) => raw.sender));
    this.#typing = this.#typing.filter((id) => !writers.has(id));
  }

  async #reopen(events: readonly RawEvent[]): Promise<void> {
    const opened = new Map((await this.#opener.all(events)).map((entry) => [entry.raw.event_id, entry]));
    this.#entries = this.#entries.map((entry) => opened.get(entry.raw.event_id) ?? entry);
  }

  /** One's own event keeps the key of its echo. */
  #recogniseOwn(raw: RawEvent): void {
    if (raw.sender !== this.#deps.me) return;
    const transaction = raw.unsigned.transaction_id as TransactionId | undefined;
    const echo = this.#sent.find((item) => item.event === raw.event_id || item.transaction === transaction);
    const key = echo?.transaction ?? transaction;
    if (key) this.#keys.set(raw.event_id, key);
    if (echo) this.#sent = this.#sent.filter((item) => item !== echo);
  }

  /** Whether the event came by the sync before the answer to its sending. */
  #adopt(event: EventId, transaction: TransactionId): boolean {
    if (!this.#entries.some(({ raw }) => raw.event_id === event)) return false;
    this.#keys.set(event, transaction);
    return true;
  }

  /** `events` oldest first, so that the newest name stays. */
  #learnNames(events: readonly RawEvent[], { overwrite } = { overwrite: true }): void {
    for (const { type, state_key: user, content } of events) {
      if (type !== 'm.room.member' || user === undefined) continue;
      const name = text(content.displayname, 100);
      // Whoever leaves does so without a name, and keeps the one she had here.
      const nameless = name === undefined && content.membership !== 'join';
      if (!nameless && (overwrite || !this.#names.has(user as UserId))) this.#names.set(user as UserId, name ?? '');
    }
  }

  #name = (user: UserId, content?: Record<string, unknown>): Person =>
    personOf(user, text(content?.displayname, 100) ?? this.#names.get(user));

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn
      .then(() => (this.#closed ? undefined : work()))
      .catch((thrown) => console.error('timeline', this.#room, Failure.from(thrown).message))
      .then(() => this.#publish());
    return this.#turn;
  }

  /** Once for all changes of one turn of the event loop. */
  #publish(): void {
    if (this.#publishing || this.#closed || !this.#loaded) return;
    this.#publishing = true;
    queueMicrotask(() => {
      this.#publishing = false;
      if (!this.#closed) this.#onValue(this.#value());
    });
  }

  #value(): Timeline {
    const { records, outbox, me } = this.#deps;
    const receipts = records.look(this.#room)?.receipts ?? {};
    const known = new Set(this.#keys.values());
    const sent: Echo[] = this.#sent.map((item) => ({ ...item, sending: false }));
    const held = new Set(sent.map((item) => item.transaction));
    const waiting = outbox
      .of(this.#room)
      .filter(({ transaction }) => !known.has(transaction) && !held.has(transaction));
    const echoes = [...sent, ...waiting.map((item) => ({ ...item, event: null }))];
    return {
      rows: toRows({ entries: this.#entries, echoes, keys: this.#keys, receipts, me, name: this.#name }),
      older: this.#older,
      typing: this.#typing.map((user) => this.#name(user)),
      readUpTo: receipts[me]?.event ?? null
    };
  }
}
