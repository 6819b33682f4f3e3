import { Failure } from '../../failure.ts';
import type { Cell } from '../../live.ts';
import type { Connection, RoomId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import { BackOff, Pause } from '../pause.ts';
import type { Server } from '../server.ts';
import type { AccountStore, Receipts } from '../store/database.ts';
import type { AccountData } from './account-data.ts';
import { readBack } from './gap.ts';
import { receiptsOf, typingOf } from './ephemeral.ts';
import { countUnread, coversAll, fold, foldReceipts, type RoomRecord } from './record.ts';
import type { Records } from './records.ts';
import { isUnknownPosition, listState, openState, slidingSync, type RoomUpdate, type SyncResponse } from './wire.ts';

/** What one answer brought to one conversation, for whoever has it open. */
export type RoomNews = {
  readonly room: RoomId;
  /** New events, oldest first. */
  readonly arrived: readonly RawEvent[];
  /** State that came beside the timeline (members of who wrote, and what changed). */
  readonly state: readonly RawEvent[];
  /** The arrived events do not join on to those known before: something between is missing. */
  readonly gap: boolean;
  /** Members may have changed unseen: whoever encrypts reads the state again. */
  readonly stale: boolean;
  readonly record: RoomRecord;
};

export interface SyncListener {
  news(news: RoomNews): void;
  typing(room: RoomId, people: readonly UserId[]): void;
}

const windowEnd = 19;
const step = 100;
const openLimit = 20;
const wait = 30_000;

type Deps = {
  server: Server;
  store: AccountStore;
  records: Records;
  accountData: AccountData;
  connection: Cell<Connection>;
  me: UserId;
};

/**
 * The connection that carries rooms. It needs no crypto, so the list is there at once. A window over the newest
 * conversations stays small; it widens only while every room in it has news (a first sign-in, or many active while
 * away) and shrinks again, for a wide window makes each idle answer heavy.
 */
export class ListLoop {
  readonly #deps: Deps;
  readonly #life: AbortSignal;
  readonly #open = new Map<RoomId, number>();
  readonly #listeners = new Set<SyncListener>();
  readonly #pause: Pause;
  readonly #first = Promise.withResolvers<void>();
  #request: AbortController | undefined;
  #end = windowEnd;
  /** Rooms told of since a connection without position began; null once every conversation is known. */
  #told: Set<RoomId> | null = null;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
    this.#pause = new Pause(life);
    life.addEventListener('abort', () => this.#first.resolve(), { once: true });
  }

  /** Resolves at the first answer: what is heavy and not needed for the list starts then. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  listen(listener: SyncListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Full detail for a conversation until the returned function is called. */
  open(room: RoomId): () => void {
    this.#open.set(room, (this.#open.get(room) ?? 0) + 1);
    if (this.#open.get(room) === 1) this.#request?.abort('subscriptions');
    return () => {
      const left = (this.#open.get(room) ?? 1) - 1;
      if (left > 0) this.#open.set(room, left);
      else this.#open.delete(room);
    };
  }

  isOpen(room: RoomId): boolean {
    return this.#open.has(room);
  }

  retryNow(): void {
    this.#pause.wake();
  }

  async run(): Promise<void> {
    const backOff = new BackOff();
    let pos = (await this.#deps.store.positions()).list;
    let hold = 0;
    if (pos === undefined) this.#told = new Set();
    while (!this.#life.aborted) {
      try {
        const answer = await this.#ask(pos, hold);
        if (!answer) continue;
        await this.#take(answer);
        pos = answer.pos;
        hold = this.#move(answer) ? 0 : wait;
        backOff.reset();
        this.#first.resolve();
        this.#deps.connection.set({ state: 'online' });
      } catch (thrown) {
        if (this.#life.aborted) return;
        if (isUnknownPosition(thrown)) {
          pos = undefined;
          this.#told = new Set();
          continue;
        }
        const failure = Failure.from(thrown);
        if (failure.reason === 'signed-out') return this.#deps.connection.set({ state: 'signed-out' });
        const ms = backOff.next(failure.retryAfter);
        this.#deps.connection.set({ state: 'waiting', until: Date.now() + ms });
        console.warn('sync waits', Math.round(ms), 'ms:', failure.message);
        await this.#pause.for(ms);
        hold = 0;
      }
    }
  }

  /** null: the request was left on purpose, because what is open changed. */
  async #ask(pos: string | undefined, hold: number): Promise<SyncResponse | null> {
    this.#request = new AbortController();
    const subscriptions = [...this.#open.keys()].map(
      (room) => [room, { required_state: openState, timeline_limit: openLimit }] as const
    );
    try {
      return await slidingSync(
        this.#deps.server,
        {
          conn_id: 'list',
          lists: { all: { ranges: [[0, this.#end]], required_state: listState, timeline_limit: 1 } },
          // Not sticky at the server: an open room that is left out goes silent.
          room_subscriptions: Object.fromEntries(subscriptions),
          extensions: { account_data: { enabled: true }, receipts: { enabled: true }, typing: { enabled: true } }
        },
        { pos, wait: hold, signal: AbortSignal.any([this.#life, this.#request.signal]) }
      );
    } catch (thrown) {
      if (!this.#life.aborted && this.#request.signal.aborted) return null;
      throw thrown;
    }
  }

  async #take(answer: SyncResponse): Promise<void> {
    const { store, records, accountData, me } = this.#deps;
    const changed = new Map<RoomId, RoomRecord>();
    const news: RoomNews[] = [];
    for (const [id, update] of Object.entries(answer.rooms)) {
      const one = await this.#takeRoom(id as RoomId, update);
      this.#told?.add(one.room);
      changed.set(one.room, one.record);
      news.push(one);
    }
    for (const [room, marks] of receiptsOf(answer.extensions.receipts?.rooms ?? {})) {
      const record = changed.get(room) ?? records.get(room);
      if (record) changed.set(room, await this.#takeReceipts(record, marks));
    }
    const gone = [...changed.values()].filter((record) => record.membership === 'left').map((record) => record.id);
    gone.push(...this.#forgotten(answer));
    for (const id of gone) changed.delete(id);
    const global = answer.extensions.account_data?.global ?? [];
    await store.commit({ rooms: changed.values(), gone, accountData: global, positions: { list: answer.pos } });
    accountData.take(global);
    records.apply(changed.values(), gone);
    for (const listener of this.#listeners) {
      for (const one of news) listener.news({ ...one, record: changed.get(one.room) ?? one.record });
      for (const [room, people] of typingOf(answer.extensions.typing?.rooms ?? {}, me)) listener.typing(room, people);
    }
  }

  async #takeRoom(room: RoomId, update: RoomUpdate): Promise<RoomNews> {
    const { records, me, server } = this.#deps;
    const old = records.get(room);
    const folded = fold(old, room, update, me);
    const stale = update.limited || update.initial;
    const base = { room, state: update.required_state, stale };
    const at = old?.seen ? update.timeline.findIndex((event) => event.event_id === old.seen) : -1;
    if (at >= 0 || !stale || !old?.seen || update.timeline.length === 0) {
      const arrived = at >= 0 ? update.timeline.slice(at + 1) : stale ? [] : update.timeline;
      return { ...base, arrived, gap: stale && at < 0, record: countUnread(folded, arrived, true, me) };
    }
    const { events, whole } = await readBack(server, room, {
      from: folded.prevBatch,
      to: old.seen,
      most: step,
      signal: this.#life
    });
    const arrived = [...events, ...update.timeline];
    const last = arrived.findLast((event) => event.event_id === folded.last?.event_id) ? folded.last : null;
    const record = countUnread({ ...folded, last: last ?? folded.last }, arrived, whole, me);
    return { ...base, arrived, gap: !whole, record };
  }

  /** One's own mark in the middle leaves a rest to count; a room met for the first time has only the mark to go by. */
  async #takeReceipts(record: RoomRecord, marks: Receipts): Promise<RoomRecord> {
    const { records, me, server } = this.#deps;
    const before = records.get(record.id);
    const folded = foldReceipts(record, marks, me);
    const mine = folded.receipts[me];
    if (!mine || coversAll(folded, mine.event) || mine.event === before?.receipts[me]?.event) return folded;
    if (!before) return folded.last?.sender === me ? folded : { ...folded, unread: { count: 1, exact: false } };
    const { events, whole } = await readBack(server, record.id, { to: mine.event, most: step, signal: this.#life });
    const since = whole ? events : events.filter((event) => event.origin_server_ts > mine.at);
    return countUnread({ ...folded, unread: { count: 0, exact: true } }, since, whole, me);
  }

  /** Conversations that one left elsewhere are missing from a fresh connection: known once all others are told. */
  #forgotten(answer: SyncResponse): RoomId[] {
    const list = answer.lists.all;
    if (!this.#told || !list || this.#end < list.count - 1) return [];
    const told = this.#told;
    this.#told = null;
    return this.#deps.records.ids().filter((id) => !told.has(id));
  }

  /** Whether the window moved, so that the next answer is due at once. */
  #move(answer: SyncResponse): boolean {
    const list = answer.lists.all;
    if (!list) return false;
    const ids = list.ops[0]?.room_ids ?? [];
    const allNew = ids.length > 0 && ids.every((id) => id in answer.rooms);
    if (this.#end < list.count - 1 && (allNew || this.#told)) {
      this.#end = Math.min(this.#end + step, list.count - 1);
      return true;
    }
    this.#end = windowEnd;
    return false;
  }
}
