import { Failure } from '../../failure.ts';
import type { Live } from '../../live.ts';
import type { Connection, EventId, RoomId, UserId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';
import { BackOff, Pause } from '../pause.ts';
import type { Server } from '../server.ts';
import type { AccountStore } from '../store/database.ts';
import type { AccountData } from '../sync/account-data.ts';
import type { RoomNews } from '../sync/intake.ts';
import type { ListLoop } from '../sync/list-loop.ts';
import { latest, type RoomRecord } from '../sync/record.ts';
import type { Records } from '../sync/records.ts';
import { Highlights } from './highlights.ts';
import { Looker } from './looker.ts';
import { missing, passes, readBack } from './read-back.ts';
import { join } from './join.ts';
import { nothingUnread, settle, type Unread } from './unread.ts';

/** Conversations that are caught up with at once: enough to be quick, too few to be in anybody's way. */
const atOnce = 3;

export type CatchUpDeps = {
  server: Server;
  store: AccountStore;
  records: Records;
  accountData: Pick<AccountData, 'get'>;
  list: ListLoop;
  connection: Live<Connection>;
  crypto: () => Crypto | undefined;
  me: UserId;
};

/**
 * Makes what is unread exact, behind the sync: reads back what it left out, newest conversations first, and opens what is
 * sealed. The list shows what it knows meanwhile.
 */
export class CatchUp {
  readonly #deps: CatchUpDeps;
  readonly #life: AbortSignal;
  readonly #looker: Looker;
  readonly #highlights: Highlights;
  readonly #wanted = new Set<RoomId>();
  readonly #busy = new Set<RoomId>();
  /** Sealed events that were looked into, and stay sealed: their key may come, and tells then. */
  readonly #tried = new Set<EventId>();
  readonly #pause: Pause;
  readonly #backOff = new BackOff();
  #online = false;
  #waiting = false;

  constructor(deps: CatchUpDeps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
    this.#pause = new Pause(life);
    this.#looker = new Looker(deps, (room, raw) => void this.#open(room, [raw]), life);
    this.#highlights = new Highlights(
      deps,
      (room, change) => this.#holding(room, async () => this.#keep(room, change)),
      life
    );
    const stops = [
      deps.records.onChange((changed) => this.#want(changed)),
      deps.list.listen({ news: (news) => this.#take(news), typing: () => undefined }),
      deps.connection.subscribe(({ state }) => {
        const back = state === 'online' && !this.#online;
        this.#online = state === 'online';
        if (!back) return;
        this.#backOff.reset();
        this.#pause.wake();
        this.wake();
      })
    ];
    life.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
  }

  /** The connection stands, or the crypto is up: everything is looked at anew. */
  wake(): void {
    this.#want(this.#deps.records.ids());
  }

  #want(rooms: Iterable<RoomId>): void {
    for (const room of rooms) {
      if (this.#deps.records.brief(room)?.behind) this.#wanted.add(room);
      else this.#wanted.delete(room);
    }
    // What just came is looked into as it is, and needs not be asked for: the news of it follow at once.
    queueMicrotask(() => this.#run());
  }

  /** What is sealed and may be opened. */
  #sealed(unread: Unread): EventId[] {
    if (!this.#deps.crypto()) return [];
    return unread.events.filter(({ kind, id }) => kind === 'sealed' && !this.#tried.has(id)).map(({ id }) => id);
  }

  #run(): void {
    if (!this.#online || this.#waiting || this.#life.aborted) return;
    while (this.#busy.size < atOnce && this.#wanted.size > 0) {
      const room = this.#next();
      if (!room) break;
      this.#wanted.delete(room);
      this.#busy.add(room);
      void this.#holding(room, () => this.#catchUp(room))
        .catch((thrown) => this.#wait(room, thrown))
        .finally(() => {
          this.#busy.delete(room);
          this.#run();
        });
    }
    if (this.#busy.size === 0) void this.#highlights.run().catch((thrown) => this.#wait(null, thrown));
  }

  /** The newest conversation that is wanted. */
  #next(): RoomId | undefined {
    for (const { id } of this.#deps.records.listed()) if (this.#wanted.has(id) && !this.#busy.has(id)) return id;
    return undefined;
  }

  /** The record is in memory meanwhile. */
  async #holding(room: RoomId, work: () => Promise<void>): Promise<void> {
    const { records } = this.#deps;
    const unpin = records.pin([room]);
    try {
      await records.read([room]);
      await work();
    } finally {
      unpin();
    }
  }

  /** The server is away, or asks for patience. What is missing is missing still. */
  async #wait(room: RoomId | null, thrown: unknown): Promise<void> {
    if (this.#life.aborted) return;
    const failure = Failure.from(thrown);
    if (room) this.#wanted.add(room);
    if (this.#waiting) return;
    console.warn('catching up waits:', failure.message);
    this.#waiting = true;
    await this.#pause.for(this.#backOff.next(failure.retryAfter));
    this.#waiting = false;
    this.#run();
  }

  async #catchUp(room: RoomId): Promise<void> {
    const { server, records, store, me } = this.#deps;
    const untried = new Set(this.#sealed(records.get(room)?.unread ?? nothingUnread));
    if (untried.size > 0)
      await this.#settle(
        room,
        (await store.sealed(room)).filter((raw) => untried.has(raw.event_id))
      );
    const record = records.get(room);
    if (!record) return;
    const { last, unread: before, encryption } = record;
    const sealed = this.#sealed(before);
    const what = missing(before, sealed);
    if (!what) return;
    const { events, whole } = await readBack(server, room, what, {
      me,
      sealed: encryption !== null,
      signal: this.#life
    }).catch((thrown) => {
      if (this.#life.aborted || passes(thrown)) throw thrown;
      // A room that cannot be read (any longer) keeps its gap, and is not asked for again.
      console.warn('a gap stays:', Failure.from(thrown).message);
      return { events: [], whole: false };
    });
    this.#backOff.reset();
    const met = await this.#looker.look(room, events);
    this.#keep(room, (record) => {
      // What the events say is no longer all: it is read back anew, where that is wanted still.
      if (record.unread.revision !== before.revision) return record;
      for (const id of sealed) this.#tried.add(id);
      const seen = events.findIndex((event) => event.event_id === record.seen);
      const end = seen < 0 ? events.length : seen + 1;
      return {
        ...record,
        ...(record.last === last && latest(record, events.slice(0, end))),
        unread: join(record.unread, met.slice(0, end), before, whole)
      };
    });
    await this.#remember(room, events);
    if (!whole && encryption === null && before.gap) this.#highlights.want(room, before.gap.after);
  }

  #take({ room, arrived }: RoomNews): void {
    const sealed = this.#sealedIn(room);
    void this.#open(
      room,
      arrived.filter((raw) => sealed.has(raw.event_id))
    );
  }

  /** Looks into what came just now, without asking for it again. */
  async #open(room: RoomId, events: readonly RawEvent[]): Promise<void> {
    if (events.length === 0) return;
    const openable = events.filter((raw) => raw.type !== 'm.room.encrypted' || this.#deps.crypto());
    try {
      await this.#holding(room, async () => {
        await this.#settle(room, openable);
        await this.#remember(room, events);
      });
    } catch (thrown) {
      if (this.#life.aborted) return;
      console.warn('not looked into', room, Failure.from(thrown).message);
      for (const raw of openable) this.#tried.delete(raw.event_id);
      this.#want([room]);
    }
  }

  async #settle(room: RoomId, events: readonly RawEvent[]): Promise<void> {
    if (events.length === 0) return;
    for (const raw of events) this.#tried.add(raw.event_id);
    const met = await this.#looker.look(room, events);
    this.#keep(room, (record) => ({ ...record, unread: met.reduce(settle, record.unread) }));
    const left = this.#sealedIn(room);
    for (const { id } of met) if (!left.has(id)) this.#tried.delete(id);
  }

  /** What stays sealed is tried again after a reload, and not asked for again. */
  async #remember(room: RoomId, looked: readonly RawEvent[]): Promise<void> {
    const { store } = this.#deps;
    if (this.#sealedIn(room).size === 0) return;
    const known = await store.sealed(room);
    const left = this.#sealedIn(room);
    const both = new Map([...known, ...looked].map((raw) => [raw.event_id, raw]));
    const events = [...both.values()].filter(({ event_id: id }) => left.has(id));
    if (events.length > 0 && !this.#life.aborted) await store.putSealed({ room, events });
  }

  #sealedIn(room: RoomId): Set<EventId> {
    const events = this.#deps.records.look(room)?.unread.events ?? [];
    return new Set(events.flatMap(({ id, kind }) => (kind === 'sealed' ? [id] : [])));
  }

  /** Changes a record as it is now, shows it and keeps it. */
  #keep(room: RoomId, change: (record: RoomRecord) => RoomRecord): void {
    const { records, store } = this.#deps;
    const record = records.look(room);
    if (record?.membership !== 'joined' || this.#life.aborted) return;
    const changed = change(record);
    if (changed.unread === record.unread && changed.last === record.last && changed.edit === record.edit) return;
    records.apply([changed]);
    void store.commit(records.takeChanges());
  }
}
