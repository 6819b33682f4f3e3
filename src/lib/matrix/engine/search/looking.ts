import { Failure } from '../../failure.ts';
import { settle } from '../../settle.ts';
import { Sought, wordsIn } from '../../sought.ts';
import type * as V from '../../values.ts';
import { personOf } from '../person.ts';
import type { Server } from '../server.ts';
import type { MessageIndex, Reach } from '../store/message-index.ts';
import type { RoomRecord } from '../sync/record.ts';
import type { Records } from '../sync/records.ts';
import { findAtZone, type Hit } from './at-zone.ts';
import type { Read, Reader } from './reader.ts';

export type LookingDeps = {
  readonly server: Server;
  readonly records: Records;
  readonly index: MessageIndex;
  readonly reader: Reader;
  readonly show: (record: RoomRecord) => V.Conversation;
  readonly me: V.UserId;
};

/** Messages that are shown at first, and more with each step. */
const page = 30;
/** ms for which a step reads further back in what is encrypted, where it finds less than a page. */
const patience = 4000;
/** As much as one line shows. */
const lineLength = 160;
/** A conversation that one may no longer read keeps nobody from the others. */
const passedOver: readonly V.FailureReason[] = ['forbidden', 'not-found', 'not-understood', 'unexpected'];

/** One search, while somebody looks at it: what was found so far, and how far one has looked. */
export class Looking {
  readonly #query: V.MessageQuery;
  readonly #deps: LookingDeps;
  readonly #tellAll: (found: V.FoundMessages) => void;
  readonly #life = new AbortController();
  readonly #words: readonly string[];
  readonly #own: Sought;
  #bent: readonly string[] = [];
  readonly #hits = new Map<V.EventId, Hit>();
  readonly #made = new Map<V.EventId, V.FoundMessage>();
  #most = page;
  /** The next part at the zone; null: there is none. */
  #next: string | undefined | null = undefined;
  readonly #reaches = new Map<V.RoomId, Reach>();
  #sealed: readonly V.RoomId[] = [];
  readonly #skipped = new Set<V.RoomId>();
  #isScanned = false;
  #failure: V.FailureReason | null = null;
  #step: Promise<void> | undefined;
  #taken: Promise<void> = Promise.resolve();
  #turn = 0;

  constructor(query: V.MessageQuery, deps: LookingDeps, tell: (found: V.FoundMessages) => void) {
    this.#query = query;
    this.#deps = deps;
    this.#tellAll = tell;
    this.#words = wordsIn(query.term);
    this.#own = new Sought(this.#words);
    if (this.#words.length === 0) this.#next = null;
  }

  /** The first step. */
  begin(): void {
    void this.#look();
  }

  further(): Promise<void> {
    if (this.#step) return this.#step;
    if (!this.#failure) this.#most += page;
    return this.#failure || this.#hits.size < this.#most ? this.#look() : this.#tell();
  }

  close(): void {
    this.#life.abort();
  }

  /** An encrypted conversation has been read, for this search or another. */
  take(read: Read): void {
    if (this.#isMeant(read.reach.room)) this.#taken = this.#taken.then(() => this.#takeIn(read));
  }

  /** What is shown of conversations has changed. */
  refresh(): void {
    void this.#tell();
  }

  #look(): Promise<void> {
    this.#failure = null;
    const step = Promise.allSettled([this.#askZone(), this.#readSealed()]).then((ended) => {
      const failed = ended.find((one) => one.status === 'rejected');
      this.#failure = failed ? Failure.from(failed.reason).reason : null;
      this.#step = undefined;
      return this.#tell();
    });
    this.#step = step;
    void this.#tell();
    return step;
  }

  async #askZone(): Promise<void> {
    if (this.#next === null) return;
    const { server, records } = this.#deps;
    const { hits, words, next } = await findAtZone(server, this.#query, this.#next, this.#life.signal);
    for (const hit of hits) {
      if (records.brief(hit.room)?.membership === 'joined') this.#hits.set(hit.event, hit);
    }
    this.#bent = [...new Set([...this.#bent, ...words.flatMap(wordsIn)])];
    this.#next = next ?? null;
    void this.#tell();
  }

  async #readSealed(): Promise<void> {
    const { records, reader } = this.#deps;
    if (this.#words.length === 0) return;
    await records.whole;
    this.#sealed = [...records.listed()]
      .filter(({ id, encryption, membership }) => encryption && membership === 'joined' && this.#isMeant(id))
      .map(({ id }) => id);
    if (this.#sealed.length === 0) return;
    await this.#scan();
    for (const room of this.#sealed) {
      await this.#read(room, () => reader.catchUp(room, this.#life.signal));
    }
    const [until, enough] = [Date.now() + patience, this.#hits.size + page];
    while (this.#hits.size < enough && Date.now() < until) {
      const room = this.#nextBack();
      if (!room) break;
      await this.#read(room, () => reader.further(room, this.#life.signal));
    }
  }

  /** What earlier searches have read. */
  async #scan(): Promise<void> {
    if (this.#isScanned) return;
    // What was read meanwhile is newer.
    for (const [room, reach] of await this.#deps.index.reaches())
      if (!this.#reaches.has(room)) this.#reaches.set(room, reach);
    await this.#noteKept(this.#sealed);
    this.#isScanned = true;
    void this.#tell();
  }

  /** The conversation that is known least far back, so that one date tells how far all are. */
  #nextBack(): V.RoomId | undefined {
    const open = this.#sealed.flatMap((room) => {
      const reach = this.#reaches.get(room);
      return reach && reach.before !== null && !this.#skipped.has(room) ? [reach] : [];
    });
    return open.sort((a, b) => b.since - a.since)[0]?.room;
  }

  async #read(room: V.RoomId, read: () => Promise<void>): Promise<void> {
    if (this.#skipped.has(room)) return;
    try {
      await read();
      await this.#taken;
    } catch (thrown) {
      const failure = Failure.from(thrown);
      this.#life.signal.throwIfAborted();
      if (!passedOver.includes(failure.reason)) throw failure;
      console.warn('not searched', room, failure.message);
      this.#skipped.add(room);
    }
  }

  async #noteKept(rooms: readonly V.RoomId[]): Promise<void> {
    for await (const { room, said } of this.#deps.index.all(new Set(rooms))) {
      this.#life.signal.throwIfAborted();
      this.#note(room, said);
    }
  }

  async #takeIn({ reach, said, changed }: Read): Promise<void> {
    this.#reaches.set(reach.room, reach);
    const before = this.#hits.size;
    for (const event of changed) this.#hits.delete(event);
    if (changed.length === 0) this.#note(reach.room, said);
    else await this.#noteKept([reach.room]).catch(() => undefined);
    if (changed.length > 0 || this.#hits.size > before || !this.#step) void this.#tell();
  }

  #note(room: V.RoomId, said: readonly Omit<Hit, 'room'>[]): void {
    for (const one of said) {
      if (!this.#hits.has(one.event) && this.#own.isIn(one.text)) this.#hits.set(one.event, { ...one, room });
    }
  }

  #isMeant(room: V.RoomId): boolean {
    return this.#query.room === undefined || this.#query.room === room;
  }

  async #tell(): Promise<void> {
    const { records } = this.#deps;
    const turn = ++this.#turn;
    const newest = [...this.#hits.values()]
      .sort((a, b) => b.at - a.at || (a.event < b.event ? 1 : -1))
      .slice(0, this.#most);
    await records.read(new Set(newest.map(({ room }) => room)));
    // What was found since is told by whoever found it.
    if (this.#life.signal.aborted || turn !== this.#turn) return;
    const words = [...new Set([...this.#words, ...this.#bent])];
    const sought = new Sought(words);
    const open = this.#sealed.flatMap((room) => (this.#skipped.has(room) ? [] : [this.#reaches.get(room) ?? room]));
    const back = open.flatMap((reach) => {
      if (typeof reach === 'string') return [Date.now()];
      return reach.before === null ? [] : [reach.since];
    });
    const isMore = this.#next !== null || back.length > 0 || this.#hits.size > this.#most || this.#failure !== null;
    this.#tellAll({
      messages: newest.flatMap((hit) => this.#show(hit, sought) ?? []),
      words,
      state: this.#step ? 'looking' : isMore ? 'more' : 'all',
      since: back.length > 0 ? Math.max(...back) : null,
      unreadable: open.reduce((sum, reach) => sum + (typeof reach === 'string' ? 0 : reach.locked.length), 0),
      failure: this.#failure
    });
  }

  #show(hit: Hit, sought: Sought): V.FoundMessage | null {
    const record = this.#deps.records.held(hit.room);
    if (record?.membership !== 'joined') return null;
    // The zone forgets it when it next tidies.
    if (record.keeps !== null && hit.at < Date.now() - record.keeps) return null;
    const message = settle(this.#made.get(hit.event), {
      conversation: this.#deps.show(record),
      event: hit.event,
      at: hit.at,
      sender: personOf(hit.sender, record.names[hit.sender] ?? hit.name),
      mine: hit.sender === this.#deps.me,
      text: sought.around(hit.text, lineLength)
    });
    this.#made.set(hit.event, message);
    return message;
  }
}
