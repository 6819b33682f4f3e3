import { Failure } from '../../failure.ts';
import type { Cell } from '../../live.ts';
import type { Connection, RoomId, UserId } from '../../values.ts';
import { Listeners } from '../listeners.ts';
import { BackOff, Pause } from '../pause.ts';
import type { Server } from '../server.ts';
import type { AccountStore } from '../store/database.ts';
import type { AccountData } from './account-data.ts';
import { Intake, type RoomNews } from './intake.ts';
import { typingOf } from './ephemeral.ts';
import { huskOf } from './record.ts';
import type { Records } from './records.ts';
import { isUnknownPosition, listState, openState, slidingSync, type SyncResponse } from './wire.ts';

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
  readonly #intake: Intake;
  readonly #open = new Map<RoomId, { count: number }>();
  readonly #listeners = new Listeners<SyncListener>();
  readonly #pause: Pause;
  readonly #first = Promise.withResolvers<void>();
  #request: AbortController | undefined;
  #end = windowEnd;
  /** Rooms that exist by a connection that began without position; null once every conversation is known. */
  #told: Set<string> | null = null;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
    this.#intake = new Intake(deps);
    this.#pause = new Pause(life);
    life.addEventListener('abort', () => this.#first.resolve(), { once: true });
  }

  /** Resolves at the first answer: what is heavy and not needed for the list starts then. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  listen(listener: SyncListener): () => void {
    return this.#listeners.add(listener);
  }

  /** Full detail for a conversation until the returned function is called. */
  open(room: RoomId): () => void {
    const opening = this.#open.get(room) ?? { count: 0 };
    opening.count++;
    this.#open.set(room, opening);
    if (opening.count === 1) this.#request?.abort('subscriptions');
    let held = true;
    return () => {
      if (held) opening.count--;
      held = false;
      if (opening.count === 0 && this.#open.get(room) === opening) this.#open.delete(room);
    };
  }

  /** Another object each time that a conversation is opened anew; undefined while it is closed. */
  opening(room: RoomId): object | undefined {
    return this.#open.get(room);
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
        // Said once: whoever waits for the connection is not woken by each answer.
        if (this.#deps.connection.current?.state !== 'online') this.#deps.connection.set({ state: 'online' });
      } catch (thrown) {
        if (this.#life.aborted) return;
        // A server that refuses even to begin is one that fails: asking it again at once would never end.
        if (isUnknownPosition(thrown) && pos !== undefined) {
          pos = undefined;
          hold = 0;
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
    const { changed, news } = this.#intake.take(answer);
    const left = [...changed.values()].filter((record) => record.membership === 'left').map((record) => record.id);
    const gone: RoomId[] = [];
    for (const id of [...left, ...this.#forgotten(answer)]) {
      const record = changed.get(id) ?? records.get(id);
      const husk = record && huskOf(record);
      if (husk) changed.set(id, husk);
      else {
        changed.delete(id);
        gone.push(id);
      }
    }
    const global = answer.extensions.account_data?.global ?? [];
    // Until every conversation is known a position is worth nothing: after a reload the rest would never be told.
    const positions = this.#told ? {} : { list: answer.pos };
    accountData.take(global);
    records.apply(changed.values(), gone);
    this.#listeners.tell((listener) => {
      for (const one of news) listener.news(one);
      for (const [room, people] of typingOf(answer.extensions.typing?.rooms ?? {}, me)) listener.typing(room, people);
    });
    // Shown first: what cannot be kept is told again by the server, and is known by then.
    await store.commit({ rooms: changed.values(), gone, accountData: global, positions });
  }

  /** Conversations that one left elsewhere are missing from a fresh connection: known once all others are told. */
  #forgotten(answer: SyncResponse): RoomId[] {
    const list = answer.lists.all;
    if (!this.#told) return [];
    const told = new Set([...this.#told, ...Object.keys(answer.rooms), ...(list?.ops[0]?.room_ids ?? [])]);
    if (!list || this.#end < list.count - 1) {
      this.#told = told;
      return [];
    }
    this.#told = null;
    return this.#deps.records.ids().filter((id) => !told.has(id));
  }

  /** Whether the window moved, so that the next answer is due at once. */
  #move(answer: SyncResponse): boolean {
    const list = answer.lists.all;
    if (!list) return false;
    const ids = list.ops[0]?.room_ids ?? [];
    const allNew = ids.length > 0 && ids.every((id) => Object.hasOwn(answer.rooms, id));
    if (this.#end < list.count - 1 && (allNew || this.#told)) {
      this.#end = Math.min(this.#end + step, list.count - 1);
      return true;
    }
    this.#end = windowEnd;
    return false;
  }
}
