import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { Timelines as Port } from '../../ports.ts';
import type * as V from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { Outbox } from '../outbox.ts';
import { personOf } from '../person.ts';
import { anything, path, type Server } from '../server.ts';
import type { ListLoop } from '../sync/list-loop.ts';
import type { Records } from '../sync/records.ts';
import { readHere, seenWith } from '../unread/marks.ts';
import { Doings } from './doings.ts';
import { OpenTimeline } from './open-timeline.ts';
import type { Tails } from './tails.ts';
import { Told } from './told.ts';

/** ms for which the server shows that somebody writes, unless told again. */
const typingFor = 20_000;

type Deps = {
  server: Server;
  records: Records;
  outbox: Outbox;
  list: ListLoop;
  crypto: () => Crypto | undefined;
  tails: Tails;
  /** An encrypted conversation is being opened. */
  onSealed: () => void;
  me: V.UserId;
};

type Open = {
  readonly timeline: OpenTimeline;
  readonly cells: Set<Cell<V.Timeline>>;
  readonly closeDetail: () => void;
  latest: V.Timeline | undefined;
};

/** The conversations that are open: a timeline lives while somebody looks at it. */
export class Timelines implements Port {
  readonly #deps: Deps;
  readonly #open = new Map<V.RoomId, Open>();
  readonly #told: Told;
  readonly #doings: Doings;
  /** What the server was last told to be read. */
  readonly #marked = new Map<V.RoomId, V.EventId>();

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    const open = (room: V.RoomId) => this.#open.get(room)?.timeline;
    const person = (room: V.RoomId, user: V.UserId) => open(room)?.book.person(user) ?? personOf(user);
    this.#told = new Told({ server: deps.server, crypto: deps.crypto, person }, life);
    this.#doings = new Doings({ outbox: deps.outbox, told: this.#told, open, me: deps.me });
    const stops = [
      deps.list.listen({
        news: (news) => {
          const open = this.#open.get(news.room);
          if (open) open.timeline.take(news);
          else deps.tails.take(news);
        },
        typing: (room, people) => this.#open.get(room)?.timeline.setTyping(people)
      }),
      deps.outbox.listen({
        changed: (room) => this.#open.get(room)?.timeline.refresh(),
        sent: (item, event) => this.#open.get(item.room)?.timeline.sent(item, event)
      }),
      deps.records.onChange((changed) => {
        for (const room of changed) this.#open.get(room)?.timeline.refresh();
      })
    ];
    life.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
  }

  /** Each caller has a cell of its own; all that are looked at share one open conversation. */
  rows(room: V.RoomId): Live<V.Timeline> {
    const cell: Cell<V.Timeline> = new Cell<V.Timeline>(undefined, () => {
      const open = this.#open.get(room) ?? this.#start(room);
      open.cells.add(cell);
      if (open.latest) cell.set(open.latest);
      return () => {
        open.cells.delete(cell);
        if (open.cells.size > 0) return;
        this.#open.delete(room);
        open.timeline.close();
        open.closeDetail();
      };
    });
    return cell;
  }

  #start(room: V.RoomId): Open {
    const cells = new Set<Cell<V.Timeline>>();
    const publish = (value: V.Timeline) => {
      open.latest = value;
      for (const cell of [...cells]) cell.set(value);
    };
    const closeDetail = this.#deps.list.open(room);
    if (this.#deps.records.brief(room)?.encryption) this.#deps.onSealed();
    const open: Open = { timeline: new OpenTimeline(room, this.#deps, publish), cells, closeDetail, latest: undefined };
    this.#open.set(room, open);
    return open;
  }

  /** The crypto came up, or keys came back. */
  reopen(): void {
    for (const { timeline } of this.#open.values()) timeline.reopen();
  }

  /** The connection stands again. */
  heal(): void {
    for (const { timeline } of this.#open.values()) timeline.heal();
  }

  async older(room: V.RoomId): Promise<void> {
    await this.#open.get(room)?.timeline.older();
  }

  async newer(room: V.RoomId): Promise<void> {
    await this.#open.get(room)?.timeline.newer();
  }

  async jump(room: V.RoomId, place: V.Place): Promise<string | null> {
    return (await this.#open.get(room)?.timeline.jump(place)) ?? null;
  }

  async send(room: V.RoomId, writing: Parameters<Port['send']>[1], transaction: V.TransactionId): Promise<void> {
    await this.#isIn(room);
    await this.#doings.send(room, writing, transaction);
    this.#open.get(room)?.timeline.return();
  }

  async edit(room: V.RoomId, event: V.EventId, writing: V.Writing, transaction: V.TransactionId): Promise<void> {
    await this.#isIn(room);
    await this.#doings.edit(room, event, writing, transaction);
  }

  async react(
    room: V.RoomId,
    event: V.EventId,
    key: string,
    given: boolean,
    transaction: V.TransactionId
  ): Promise<void> {
    await this.#isIn(room);
    await this.#doings.react(room, event, key, given, transaction);
  }

  async delete(room: V.RoomId, event: V.EventId, reason: string, transaction: V.TransactionId): Promise<void> {
    await this.#isIn(room);
    await this.#doings.delete(room, event, reason, transaction);
  }

  async forward(room: V.RoomId, event: V.EventId, to: V.RoomId, transaction: V.TransactionId): Promise<void> {
    await this.#isIn(to);
    await this.#doings.forward(room, event, to, transaction);
  }

  look(room: V.RoomId, event: V.EventId): Promise<V.Quoted> {
    return this.#told.look(room, event);
  }

  versions(room: V.RoomId, event: V.EventId): Promise<readonly V.Version[]> {
    return this.#told.versions(room, event);
  }

  async readers(room: V.RoomId, event: V.EventId): Promise<readonly V.Person[]> {
    return this.#open.get(room)?.timeline.view.readers(event) ?? [];
  }

  async #isIn(room: V.RoomId): Promise<void> {
    await this.#deps.records.find(room);
    if (!this.#deps.records.has(room)) throw new Failure('not-found', `${room}: not in this room`);
  }

  retry(_room: V.RoomId, transaction: V.TransactionId): Promise<void> {
    return this.#deps.outbox.retry(transaction);
  }

  cancel(_room: V.RoomId, transaction: V.TransactionId): Promise<void> {
    return this.#deps.outbox.cancel(transaction);
  }

  async markRead(room: V.RoomId, event: V.EventId): Promise<void> {
    const { server, records } = this.#deps;
    const record = records.look(room);
    const upTo = record ? seenWith(record.unread, event, record) : event;
    if (record) records.apply([{ ...record, unread: readHere(record.unread, upTo, record.seen) }]);
    // The page says it again whenever something is unread.
    if (this.#marked.get(room) === upTo) return;
    this.#marked.set(room, upTo);
    try {
      await server.call('POST', path`/_matrix/client/v3/rooms/${room}/read_markers`, anything, {
        body: { 'm.fully_read': event, 'm.read': upTo }
      });
    } catch (thrown) {
      this.#marked.delete(room);
      throw thrown;
    }
  }

  async typing(room: V.RoomId, typing: boolean): Promise<void> {
    const { server, me } = this.#deps;
    await server.call('PUT', path`/_matrix/client/v3/rooms/${room}/typing/${me}`, anything, {
      body: typing ? { typing, timeout: typingFor } : { typing }
    });
  }
}
