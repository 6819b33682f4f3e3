import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import type { Timelines } from '../ports.ts';
import type {
  Attachment,
  EventId,
  Person,
  Place,
  Quoted,
  RoomId,
  Timeline,
  TransactionId,
  UserId,
  Version,
  Writing
} from '../values.ts';
import { coming, given } from './deeds.ts';
import type { Deed } from './outbox.ts';
import type { RoomState } from './room.ts';
import { echoOf, quotedOf, rowOf } from './rows.ts';
import type { FakeSession, FakeWindow } from './session.ts';

/** How many lines a conversation opens with, each step brings, and are held at most. */
const page = 20;
const most = 300;

export class FakeTimelines implements Timelines {
  readonly #session: FakeSession;
  readonly #reading = new Map<string, Promise<void>>();
  readonly #lookers = new Map<RoomId, number>();

  constructor(session: FakeSession) {
    this.#session = session;
  }

  rows(room: RoomId): Live<Timeline> {
    const live = this.#session.feed('timelines.rows', () => this.#timeline(room));
    return {
      get current() {
        return live.current;
      },
      subscribe: (run) => {
        const leave = live.subscribe(run);
        this.#lookers.set(room, (this.#lookers.get(room) ?? 0) + 1);
        let looks = true;
        return () => {
          leave();
          if (looks) this.#left(room);
          looks = false;
        };
      }
    };
  }

  older(room: RoomId): Promise<void> {
    return this.#read(room, 'older');
  }

  newer(room: RoomId): Promise<void> {
    return this.#read(room, 'newer');
  }

  jump(room: RoomId, place: Place): Promise<string | null> {
    const session = this.#session;
    return session.command('timelines.jump', () => {
      session.room(room);
      const state = session.known(room)?.state;
      const lines = state?.lines ?? [];
      const at = place === 'end' || !state ? -1 : indexOf(state, place);
      const [event, last] = [lines[at], at + page / 2];
      session.windows.delete(room);
      const window = { first: Math.max(0, at - page / 2), last: last < lines.length ? last : null };
      if (event) session.windows.set(room, { ...window, older: 'idle', newer: 'idle' });
      session.changed();
      if (!state || !event) return null;
      return rowOf(session, { room, state, shown: [] }, event).key;
    });
  }

  async send(
    room: RoomId,
    {
      answers = null,
      file = null,
      ...writing
    }: Writing & { answers?: EventId | null | undefined; file?: Attachment | null | undefined },
    transaction: TransactionId
  ): Promise<void> {
    this.#add(room, { does: 'say', writing, answers, file }, transaction);
    const { windows } = this.#session;
    if (windows.get(room)?.last != null) windows.delete(room);
  }

  async edit(room: RoomId, event: EventId, writing: Writing, transaction: TransactionId): Promise<void> {
    const found = this.#session.known(room)?.room.find(event);
    if (found && found.sender !== this.#session.me) throw new Failure('forbidden', 'somebody else’s');
    this.#add(room, { does: 'edit', of: event, writing }, transaction);
  }

  async react(room: RoomId, event: EventId, key: string, isGiven: boolean, transaction: TransactionId): Promise<void> {
    const { there, waiting } = given(this.#session, room, event, key);
    if (isGiven && there.length === 0 && !waiting) this.#add(room, { does: 'reaction', to: event, key }, transaction);
    if (isGiven) return;
    if (waiting) this.#session.outbox.cancel(waiting);
    for (const of of there) this.#add(room, { does: 'deletion', of }, transaction);
  }

  async delete(room: RoomId, event: EventId, _reason: string, transaction: TransactionId): Promise<void> {
    this.#add(room, { does: 'deletion', of: event }, transaction);
  }

  async forward(room: RoomId, event: EventId, to: RoomId, transaction: TransactionId): Promise<void> {
    const session = this.#session;
    const known = session.known(room);
    const found = known?.room.find(event);
    if (!known || found?.content.type !== 'message') throw new Failure('not-found', 'no such message');
    const row = rowOf(session, { room, state: known.state, shown: [] }, found);
    const body = row.kind === 'message' ? row.body : null;
    if (body?.type !== 'text' && body?.type !== 'file') throw new Failure('not-found', 'it says nothing');
    this.#add(to, { does: 'say', writing: { text: '' }, answers: null, file: null, body }, transaction);
  }

  look(room: RoomId, event: EventId): Promise<Quoted> {
    const session = this.#session;
    return session.command('timelines.look', () => {
      const found = session.room(room).find(event);
      const quoted = found && quotedOf(session, session.room(room).state(), found);
      if (!quoted) throw new Failure('not-found', 'no such message');
      return quoted;
    });
  }

  versions(room: RoomId, event: EventId): Promise<readonly Version[]> {
    const session = this.#session;
    return session.command('timelines.versions', () => {
      const target = session.room(room);
      const found = target.find(event);
      if (found?.content.type !== 'message') throw new Failure('not-found', 'no such message');
      const edits = target
        .state()
        .events.flatMap(({ sender, at, content }) =>
          content.type === 'edit' && content.of === event && sender === found.sender ? [{ at, body: content.body }] : []
        );
      return [{ at: found.at, body: found.content.body }, ...edits];
    });
  }

  readers(room: RoomId, event: EventId): Promise<readonly Person[]> {
    const session = this.#session;
    return session.command('timelines.readers', () => {
      const state = session.room(room).state();
      const found = session.room(room).find(event);
      const readers = [...state.read].filter(([id, upTo]) => {
        return found && upTo >= found.place && id !== session.me && id !== found.sender;
      });
      return readers.sort(([, a], [, b]) => b - a).map(([id]) => session.zone.person(id));
    });
  }

  #add(room: RoomId, deed: Deed, transaction: TransactionId): void {
    const session = this.#session;
    // What is written is kept, also while the session has ended.
    if (session.ended) throw new Failure('signed-out');
    if (!session.known(room)) throw new Failure('not-found', 'not in this room');
    session.outbox.add({ transaction, room, deed, at: session.zone.now(), delivery: 'queued' });
    // The next turn, so that whoever asked sees the message wait before it goes.
    queueMicrotask(() => session.flush());
  }

  async retry(_room: RoomId, transaction: TransactionId): Promise<void> {
    this.#session.outbox.retry(transaction);
    queueMicrotask(() => this.#session.flush());
  }

  async cancel(_room: RoomId, transaction: TransactionId): Promise<void> {
    this.#session.outbox.cancel(transaction);
  }

  markRead(room: RoomId, event: EventId) {
    return this.#session.command('timelines.markRead', () => {
      const target = this.#session.room(room);
      const found = target.find(event);
      if (!found) throw new Failure('not-found', 'no such event');
      const { me, zone } = this.#session;
      const { events, calls, standings } = target.state();
      const knocks = [...standings.values()].filter(({ membership }) => membership === 'knocked');
      const isNew = ({ sender, place }: { sender: UserId; place: number }) => sender !== me && place > found.place;
      const later = events.some((event) => event.content.type === 'message' && isNew(event));
      // Calls and knocks behind the last message stand in no message of their own.
      const behind = [...calls.filter(isNew).map(({ place }) => place), ...knocks.map(({ since }) => since)];
      const upTo = later ? found.place : Math.max(found.place, ...behind);
      zone.read(target, me, { ...found, place: upTo });
    });
  }

  typing(room: RoomId, typing: boolean) {
    return this.#session.command('timelines.typing', () => {
      const target = this.#session.room(room);
      if (typing) target.typing.add(this.#session.me);
      else target.typing.delete(this.#session.me);
      this.#session.zone.changed();
    });
  }

  /** Who comes back finds the end. */
  #left(room: RoomId): void {
    const left = (this.#lookers.get(room) ?? 1) - 1;
    this.#lookers.set(room, left);
    if (left === 0) this.#session.windows.delete(room);
  }

  #timeline(room: RoomId): Timeline {
    const session = this.#session;
    const known = session.readable(room);
    if (!known) {
      return { rows: [], older: 'beginning', newer: 'end', typing: [], readUpTo: null, mayDelete: false };
    }
    const { events, lines, read } = known.state;
    const { first, last, older, newer } = this.#window(room, lines.length);
    const upTo = read.get(session.me) ?? 0;
    const shown = lines.slice(first, last ?? lines.length);
    const state = known.room.stateWith(session.place, coming(session, room));
    const loaded = { room, state, shown };
    const arrived = shown.map((event) => rowOf(session, loaded, event));
    const keys = new Set(arrived.map(({ key }) => key));
    const waiting = session.outbox.in(room).filter(({ transaction }) => last === null && !keys.has(transaction));
    return {
      rows: [...arrived, ...waiting.flatMap((letter) => echoOf(session, loaded, letter))],
      older: first === 0 ? 'beginning' : older === 'idle' ? 'more' : older,
      newer: last === null ? 'end' : newer === 'idle' ? 'more' : newer,
      typing: [...known.room.typing].filter((id) => id !== session.me).map((id) => session.zone.person(id)),
      mayDelete: known.room.role(session.me) !== 'member',
      readUpTo: events.findLast(({ place }) => place <= upTo)?.id ?? null
    };
  }

  #window(room: RoomId, length: number): FakeWindow {
    const window = this.#session.windows.get(room) ?? {
      first: Math.max(0, length - page),
      last: null,
      older: 'idle',
      newer: 'idle'
    };
    this.#session.windows.set(room, window);
    return window;
  }

  #read(room: RoomId, end: 'older' | 'newer'): Promise<void> {
    const name = `${end} ${room}`;
    const running = this.#reading.get(name);
    if (running) return running;
    const reading = this.#readOn(room, end).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #readOn(room: RoomId, end: 'older' | 'newer'): Promise<void> {
    const session = this.#session;
    const length = () => session.readable(room)?.state.lines.length ?? 0;
    const window = this.#window(room, length());
    if (end === 'older' ? window.first === 0 : window.last === null) return;
    window[end] = 'loading';
    session.changed();
    try {
      await session.command(`timelines.${end}`, () => grow(window, end, length()));
      window[end] = 'idle';
    } catch (thrown) {
      const failure = Failure.from(thrown);
      window[end] = { failed: failure.reason };
      throw failure;
    } finally {
      session.changed();
    }
  }
}

/** Where a place is among the lines; -1 is the end. */
function indexOf({ events, lines }: RoomState, place: Exclude<Place, 'end'>): number {
  if ('at' in place) return lines.findIndex(({ at }) => at >= place.at);
  const event = events.find(({ id }) => id === place.event);
  if (!event) throw new Failure('not-found', 'no such event');
  const next = lines.findIndex((line) => line.place >= event.place);
  return next < 0 ? lines.length - 1 : next;
}

/** One page more at one end; what is too much falls off at the other. */
function grow(window: FakeWindow, end: 'older' | 'newer', length: number): void {
  if (end === 'older') {
    window.first = Math.max(0, window.first - page);
    if ((window.last ?? length) - window.first > most) window.last = window.first + most;
  } else {
    const last = (window.last ?? length) + page;
    window.first = Math.max(window.first, last - most);
    window.last = last < length ? last : null;
  }
}
