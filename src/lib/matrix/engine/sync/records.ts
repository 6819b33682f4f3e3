import { Failure } from '../../failure.ts';
import { folded } from '../../folded.ts';
import type { Range, RoomId } from '../../values.ts';
import { limit } from '../limit.ts';
import { Listeners } from '../listeners.ts';
import type { Change, Encrypted, Summary } from '../store/database.ts';
import { briefOf, lean, type Brief } from './brief.ts';
import { Listed } from './listed.ts';
import { emptyRecord, type RoomRecord } from './record.ts';

/** Records in memory beside those that somebody holds: the list around its top, and what was looked at last. */
const most = 300;

type Source = {
  /** What the list says while not all conversations are known. */
  readonly summary: Summary | undefined;
  /** Reads records that are not in memory; those that there are. */
  readonly read: (rooms: readonly RoomId[]) => Promise<readonly RoomRecord[]>;
};

/**
 * The conversations of an account, and who wants to hear of changes. Of each one a brief is in memory, and the records of
 * those that are shown or were used last: what an account of thousands takes is little more than what one of hundreds
 * takes.
 */
export class Records {
  readonly #briefs = new Map<RoomId, Brief>();
  /** Least lately read or changed first. */
  readonly #records = new Map<RoomId, RoomRecord>();
  readonly #pins = new Map<RoomId, number>();
  readonly #reading = new Map<RoomId, Promise<void>>();
  /** Of these listeners hear when they have been read. */
  readonly #awaited = new Set<RoomId>();
  readonly #listed = new Listed();
  readonly #source: Source | undefined;
  /** Changed since the store was last told: in memory until it has been. */
  readonly #unkept = new Map<RoomId, RoomRecord | null>();
  #encrypted: Encrypted[] = [];
  /** Made or joined a moment ago: the sync will tell of them. */
  readonly #expected = new Set<RoomId>();
  readonly #listeners = new Listeners<(changed: ReadonlySet<RoomId>) => void>();
  readonly #whole = Promise.withResolvers<void>();
  #isWhole = false;
  #known: boolean;

  /** With a source, these are the first of the list, and the briefs of all come by `add`; else they are all there is. */
  constructor(records: Iterable<RoomRecord>, source?: Source) {
    this.#source = source;
    for (const record of records) this.#put(record);
    this.#known = source?.summary !== undefined || this.#briefs.size > 0;
    if (!source) this.complete();
    else if (source.summary) this.#listed.suppose(source.summary);
  }

  /** False until the server, or an earlier session, has told of the first conversations. */
  get known(): boolean {
    return this.#known;
  }

  /** What the list says of all conversations, exact from the start. */
  get summary(): Summary {
    return this.#listed.summary;
  }

  /** Resolves when every conversation is known here that was known to the store. */
  get whole(): Promise<void> {
    return this.#whole.promise;
  }

  /** Conversations of earlier sessions, which nobody hears of yet. What is known already is newer. */
  add(briefs: Iterable<Brief>): void {
    for (const brief of briefs) if (!this.#briefs.has(brief.id)) this.#briefs.set(brief.id, lean(brief));
  }

  /** All have been added. */
  complete(): void {
    this.#isWhole = true;
    this.#listed.fill(this.#briefs.values());
    this.#whole.resolve();
    if (this.#known) this.#tell(new Set(this.#briefs.keys()));
  }

  brief(room: RoomId): Brief | undefined {
    return this.#briefs.get(room);
  }

  /** The brief of a conversation once all are known. */
  async find(room: RoomId): Promise<Brief | undefined> {
    if (!this.#briefs.has(room)) await this.whole;
    return this.#briefs.get(room);
  }

  /** A record that has been read. Fails for one that is not in memory: it must not be taken for a new conversation. */
  get(room: RoomId): RoomRecord | undefined {
    const record = this.#records.get(room);
    if (!record && this.#briefs.has(room)) throw new Failure('unexpected', `${room}: its record has not been read`);
    return record;
  }

  /** A record that is in memory. Reads nothing. */
  held(room: RoomId): RoomRecord | undefined {
    return this.#records.get(room);
  }

  /** null: there is no such conversation. Undefined: not known yet; listeners hear when it is. */
  look(room: RoomId): RoomRecord | null | undefined {
    const record = this.#records.get(room);
    if (record) return record;
    const brief = this.#briefs.get(room);
    if (!brief) return this.#isWhole ? null : undefined;
    if (brief.membership === 'left') return null;
    this.#fetch([room]);
    return undefined;
  }

  /** Part of the list, invitations first and then by activity. Undefined: not known yet; listeners hear when it is. */
  rows({ start, end }: Range): readonly RoomRecord[] | undefined {
    const { length } = this.#listed;
    if (!this.#known || (!this.#isWhole && end > length && length < this.summary.total)) return undefined;
    return this.#rowsOf(this.#listed.slice(start, end));
  }

  /** The first `most` of the list whose name holds a text, which is `folded`. Undefined as above. */
  named(text: string, most: number): readonly RoomRecord[] | undefined {
    if (!this.#known || !this.#isWhole) return undefined;
    const found: Brief[] = [];
    for (const brief of this.listed()) {
      if (found.length === most) break;
      if (folded(brief.name).includes(text)) found.push(brief);
    }
    return this.#rowsOf(found);
  }

  /** All that are listed, in their order, as it is now. Once they are whole. */
  listed(): Iterable<Brief> {
    return this.#listed.slice(0, this.#listed.length);
  }

  /** Brings records into memory, where they stay while pinned. */
  async read(rooms: Iterable<RoomId>): Promise<void> {
    const wanted = [...rooms].filter((room) => this.#briefs.has(room) && !this.#records.has(room));
    const running = wanted.map((room) => this.#reading.get(room));
    const missing = wanted.filter((room) => !this.#reading.has(room));
    if (missing.length > 0) {
      const reading = this.#readNow(missing).finally(() => missing.forEach((room) => this.#reading.delete(room)));
      for (const room of missing) this.#reading.set(room, reading);
      running.push(reading);
    }
    await Promise.all(running);
  }

  /** Holds records in memory until the returned function is called. */
  pin(rooms: Iterable<RoomId>): () => void {
    const pinned = [...rooms];
    for (const room of pinned) this.#pins.set(room, (this.#pins.get(room) ?? 0) + 1);
    return () => {
      for (const room of pinned.splice(0)) {
        const left = (this.#pins.get(room) ?? 1) - 1;
        if (left > 0) this.#pins.set(room, left);
        else this.#pins.delete(room);
      }
    };
  }

  expect(room: RoomId): void {
    this.#expected.add(room);
  }

  /** Whether the sync is still to tell that one is in the room. */
  isExpected(room: RoomId): boolean {
    return this.#expected.has(room);
  }

  /** Whether one is in the room, or about to be. */
  has(room: RoomId): boolean {
    return this.#briefs.get(room)?.membership === 'joined' || this.#expected.has(room);
  }

  ids(): RoomId[] {
    return [...this.#briefs.keys()];
  }

  apply(records: Iterable<RoomRecord>, gone: Iterable<RoomId> = []): void {
    const changed = new Set<RoomId>();
    for (const record of records) {
      if (this.#records.get(record.id) === record) continue;
      const old = this.#put(record);
      this.#unkept.set(record.id, record);
      if (record.encryption && !old?.encryption) this.#encrypted.push({ room: record.id, content: record.encryption });
      if (record.membership === 'joined') this.#expected.delete(record.id);
      changed.add(record.id);
    }
    for (const id of gone) {
      this.#expected.delete(id);
      this.#listed.change(this.#briefs.get(id), undefined);
      this.#records.delete(id);
      this.#unkept.set(id, null);
      if (this.#briefs.delete(id)) changed.add(id);
    }
    const first = !this.#known;
    this.#known = true;
    if (changed.size > 0 || first) this.#tell(changed);
  }

  /** What changed since this was last asked, for the store, which is asked for it from now on. */
  takeChanges(): Required<Pick<Change, 'rooms' | 'gone' | 'summary' | 'encrypted'>> {
    const changes = [...this.#unkept];
    const encrypted = this.#encrypted;
    this.#unkept.clear();
    this.#encrypted = [];
    return {
      rooms: changes.flatMap(([, record]) => record ?? []),
      gone: changes.flatMap(([id, record]) => (record ? [] : [id])),
      summary: this.summary,
      encrypted
    };
  }

  /** The brief of a room once one is in it, for rooms just made or joined; otherwise as it is after ten seconds. */
  async joined(room: RoomId, life: AbortSignal): Promise<Brief> {
    const { signal, done } = limit(10_000, life);
    while (this.#briefs.get(room)?.membership !== 'joined' && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = this.onChange((changed) => {
        if (changed.has(room)) resolve();
      });
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      stop();
    }
    done();
    const brief = this.#briefs.get(room);
    if (!brief) throw new Failure('not-found', `${room}: not known, so neither is whether it is encrypted`);
    return brief;
  }

  onChange(listener: (changed: ReadonlySet<RoomId>) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Returns the brief it had. */
  #put(record: RoomRecord): Brief | undefined {
    const [old, brief] = [this.#briefs.get(record.id), briefOf(record)];
    this.#briefs.set(record.id, brief);
    this.#listed.change(old, brief);
    this.#records.delete(record.id);
    this.#records.set(record.id, record);
    return old;
  }

  #rowsOf(briefs: readonly Brief[]): readonly RoomRecord[] | undefined {
    const rows = briefs.map(({ id }) => this.#records.get(id));
    if (rows.every((record) => record !== undefined)) return rows;
    this.#fetch(briefs.map(({ id }) => id));
    return undefined;
  }

  #fetch(rooms: readonly RoomId[]): void {
    for (const room of rooms) if (!this.#records.has(room)) this.#awaited.add(room);
    void this.read(rooms);
  }

  async #readNow(rooms: readonly RoomId[]): Promise<void> {
    const found = new Map((await this.#source?.read(rooms))?.map((record) => [record.id, record]));
    for (const room of rooms) {
      const brief = this.#briefs.get(room);
      // Changed or gone meanwhile.
      if (!brief || this.#records.has(room)) continue;
      this.#records.set(room, found.get(room) ?? recordOf(brief));
    }
    const awaited = rooms.filter((room) => this.#awaited.delete(room));
    if (awaited.length > 0) this.#tell(new Set(awaited));
  }

  #tell(changed: ReadonlySet<RoomId>): void {
    this.#listeners.tell((listener) => listener(changed));
    this.#trim();
  }

  #trim(): void {
    if (!this.#source || this.#records.size <= most) return;
    for (const room of this.#records.keys()) {
      if (this.#records.size <= most) return;
      if (!this.#pins.has(room) && !this.#unkept.has(room)) this.#records.delete(room);
    }
  }
}

/** The record of a conversation whose own is lost: the server tells the rest anew, but not that it is encrypted. */
const recordOf = ({ id, membership, bump, encryption, direct }: Brief): RoomRecord => ({
  ...emptyRecord(id),
  membership,
  bump,
  encryption,
  direct
});
