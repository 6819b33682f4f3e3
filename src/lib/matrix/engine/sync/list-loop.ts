import { Failure } from '../../failure.ts';
import type { Cell } from '../../live.ts';
import type { Connection, RoomId, UserId } from '../../values.ts';
import { following, type Following } from '../limit.ts';
import { Listeners } from '../listeners.ts';
import type { Stir } from '../../channel.ts';
import type { RawEvent } from '../event.ts';
import { BackOff, isDead, Pause } from '../pause.ts';
import type { Server } from '../server.ts';
import type { AccountStore } from '../store/database.ts';
import { Below } from '../unread/below.ts';
import type { AccountData } from './account-data.ts';
import { Intake, type RoomNews } from './intake.ts';
import { typingOf } from './ephemeral.ts';
import { anew, nextFill, rangesOf, resumed, windowSize, type Fill } from './fill.ts';
import { arrangedIn } from './personal.ts';
import { huskOf } from './record.ts';
import type { Records } from './records.ts';
import { isServerFault, isUnknownPosition, listState, openState, slidingSync, type SyncResponse } from './wire.ts';

export interface SyncListener {
  news(news: RoomNews): void;
  typing(room: RoomId, people: readonly UserId[]): void;
}

const openLimit = 20;
const wait = 30_000;
/** Faults of the server one after the other, after which the position is taken for their cause. */
const mostFaults = 2;
/** ms for which a new message waits to be told until it has been opened, and how many may wait at once. */
const opening = { patience: 100, most: 3 };

type Deps = {
  server: Server;
  store: AccountStore;
  records: Records;
  accountData: AccountData;
  connection: Cell<Connection>;
  /** Opens a sealed event, as far as one can. */
  open: (room: RoomId, raw: RawEvent) => Promise<unknown>;
  me: UserId;
};

/** ms for which the machine is left to who has just been shown the list, and opens a conversation: the rest comes later. */
export const lookingTime = 400;

/**
 * The connection that carries rooms. It needs no crypto, so the list is there at once. A window over the newest
 * conversations stays small, for a wide one makes each idle answer heavy. Beside it the list is read to its end in
 * stripes when all must be told (a first sign-in, a forgotten position), or as far as every room has news (many active
 * while away). How far is kept with the position: a reload goes on there.
 */
export class ListLoop {
  readonly #deps: Deps;
  readonly #life: AbortSignal;
  readonly #intake: Intake;
  readonly #open = new Map<RoomId, { count: number }>();
  readonly #listeners = new Listeners<SyncListener>();
  readonly #pause: Pause;
  readonly #backOff = new BackOff();
  readonly #first = Promise.withResolvers<void>();
  readonly #below = new Below();
  #request: Following | undefined;
  /** When the last request was made, in ms since the epoch. */
  #asked = 0;
  /** Somebody wanted it to ask at once. */
  #stirred = false;
  #rested = false;
  /** null: the window is enough. */
  #fill: Fill | null;
  /** How many there are, as the server says, where more were known here. */
  #doubted: number | undefined;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
    const { positions } = deps.store.start;
    this.#fill = positions.list ? resumed(positions.fill ?? null) : anew;
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

  /** Asks now: a wait is over, and a request that may be dead is left. */
  stir(why: Stir): void {
    this.#stirred = true;
    if (why !== 'person') this.#backOff.reset();
    this.#pause.wake();
    if (isDead(why, this.#asked, wait)) this.#request?.abort('stirred');
  }

  async run(): Promise<void> {
    await Promise.all([this.#load(), this.#follow()]);
  }

  /** An earlier session has kept the list: it is on show by now. */
  get #isKept(): boolean {
    return this.#deps.store.start.summary !== undefined;
  }

  /** Makes all conversations known that the store knows. What the server answers meanwhile waits for it. */
  async #load(): Promise<void> {
    const { store, records } = this.#deps;
    if (this.#isKept) await new Pause(this.#life).for(lookingTime);
    for await (const briefs of store.briefs()) {
      records.add(briefs);
      if (this.#life.aborted) break;
    }
    records.complete();
  }

  async #follow(): Promise<void> {
    let pos = this.#deps.store.start.positions.list ?? undefined;
    let hold = 0;
    let faults = 0;
    const begin = () => {
      pos = undefined;
      hold = 0;
      this.#fill = anew;
    };
    while (!this.#life.aborted) {
      try {
        const answer = await this.#ask(pos, hold);
        if (!answer) {
          // An answer at once tells that the connection stands.
          if (this.#stirred) hold = 0;
          continue;
        }
        await this.#deps.records.whole;
        await this.#prepare(answer);
        const whole = await this.#take(answer);
        pos = answer.pos;
        hold = this.#fill && answer.lists.all ? 0 : wait;
        if (!whole) begin();
        faults = 0;
        this.#backOff.reset();
        this.#first.resolve();
        // Said once: whoever waits for the connection is not woken by each answer.
        if (this.#deps.connection.current?.state !== 'online') this.#deps.connection.set({ state: 'online' });
        if (this.#fill && !this.#isKept) await this.#rest();
      } catch (thrown) {
        if (this.#life.aborted) return;
        // A server that refuses even to begin is one that fails: asking it again at once would never end.
        if (isUnknownPosition(thrown) && pos !== undefined) {
          begin();
          continue;
        }
        const failure = Failure.from(thrown);
        if (failure.reason === 'signed-out') return this.#deps.connection.set({ state: 'signed-out' });
        faults = isServerFault(thrown) ? faults + 1 : 0;
        if (faults === mostFaults) begin();
        const ms = this.#backOff.next(failure.retryAfter);
        this.#deps.connection.set({ state: 'waiting', until: Date.now() + ms });
        console.warn('sync waits', Math.round(ms), 'ms:', failure.message);
        await this.#pause.for(ms);
        hold = 0;
      }
    }
  }

  /** Once, after the first answer has been shown. */
  async #rest(): Promise<void> {
    if (this.#rested) return;
    this.#rested = true;
    await this.#pause.for(lookingTime);
  }

  /** null: the request was left on purpose, because what is open changed or it may be dead. */
  async #ask(pos: string | undefined, hold: number): Promise<SyncResponse | null> {
    this.#request = following(this.#life);
    this.#asked = Date.now();
    this.#stirred = false;
    // While all is quiet, and all are known.
    const unread = hold > 0 ? this.#below.next(this.#deps.records.listed(), windowSize) : [];
    const subscriptions = [
      ...unread.map((room) => [room, { required_state: listState, timeline_limit: 1 }] as const),
      ...[...this.#open.keys()].map((room) => [room, { required_state: openState, timeline_limit: openLimit }] as const)
    ];
    try {
      return await slidingSync(
        this.#deps.server,
        {
          conn_id: 'list',
          lists: Object.fromEntries(
            Object.entries(rangesOf(this.#fill)).map(([name, range]) => [
              name,
              { ranges: [range] as const, required_state: listState, timeline_limit: 1 }
            ])
          ),
          // Not sticky at the server: an open room that is left out goes silent.
          room_subscriptions: Object.fromEntries(subscriptions),
          extensions: { account_data: { enabled: true }, receipts: { enabled: true }, typing: { enabled: true } }
        },
        { pos, wait: hold, signal: this.#request.signal }
      );
    } catch (thrown) {
      if (!this.#life.aborted && this.#request.signal.aborted) return null;
      throw thrown;
    } finally {
      this.#request.done();
    }
  }

  /**
   * More are known here than there are: another device has left one and had it forgotten, of which the server tells
   * nobody. Once for each count: a server that counts otherwise is not asked for ever.
   */
  #knowsMore({ lists: { all } }: SyncResponse): boolean {
    const { total } = this.#deps.records.summary;
    if (!all || all.count >= total || this.#doubted === all.count) return false;
    this.#doubted = all.count;
    return true;
  }

  /** What has just come is told once it can be read: nobody sees first that there is something, and then what. */
  async #prepare(answer: SyncResponse): Promise<void> {
    const sealed = Object.entries(answer.rooms).flatMap(([room, { timeline }]) =>
      timeline.filter((raw) => raw.type === 'm.room.encrypted').map((raw) => ({ room: room as RoomId, raw }))
    );
    if (sealed.length === 0 || sealed.length > opening.most) return;
    const opened = Promise.all(sealed.map(({ room, raw }) => this.#deps.open(room, raw))).catch(() => undefined);
    await Promise.race([opened, new Promise((resolve) => setTimeout(resolve, opening.patience))]);
  }

  /** False where what was kept before is lost: all must be told anew. */
  async #take(answer: SyncResponse): Promise<boolean> {
    const { store, records, accountData, me } = this.#deps;
    const told = [answer.rooms, answer.extensions.receipts?.rooms ?? {}].flatMap(Object.keys) as RoomId[];
    const concerned = [...told, ...arrangedIn(answer, this.#deps)];
    const unpin = records.pin(concerned);
    try {
      await records.read(concerned);
      const { changed, news } = this.#intake.take(answer);
      const { fill, all } = nextFill(this.#fill, answer);
      const left = [...changed.values()].filter((record) => record.membership === 'left').map((record) => record.id);
      // Conversations that one left elsewhere are missing from a fresh connection.
      const missing = all ? [...records.listed()].map(({ id }) => id).filter((id) => !all.has(id)) : [];
      const gone: RoomId[] = [];
      for (const id of [...left, ...missing.filter((id) => !Object.hasOwn(answer.rooms, id))]) {
        const known = changed.get(id) ?? records.brief(id);
        const husk = known && huskOf(known);
        if (husk) changed.set(id, husk);
        else {
          changed.delete(id);
          gone.push(id);
        }
      }
      const global = answer.extensions.account_data?.global ?? [];
      accountData.take(global);
      records.apply(changed.values(), gone);
      this.#listeners.tell((listener) => {
        for (const one of news) listener.news(one);
        for (const [room, people] of typingOf(answer.extensions.typing?.rooms ?? {}, me)) listener.typing(room, people);
      });
      this.#fill = fill ?? (this.#knowsMore(answer) ? anew : null);
      const positions = { list: answer.pos, fill: this.#fill };
      return await store.commit({ ...records.takeChanges(), accountData: global, positions });
    } finally {
      unpin();
    }
  }
}
