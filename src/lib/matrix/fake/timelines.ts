import { Failure } from '../failure.ts';
import type { Timelines } from '../ports.ts';
import type { EventId, RoomId, Timeline, TransactionId } from '../values.ts';
import { echoOf, rowOf } from './rows.ts';
import type { FakeSession } from './session.ts';

/** How many events a conversation opens with, and each step back brings. */
const page = 20;

export class FakeTimelines implements Timelines {
  readonly #session: FakeSession;
  readonly #reading = new Map<RoomId, Promise<void>>();

  constructor(session: FakeSession) {
    this.#session = session;
  }

  rows(room: RoomId) {
    return this.#session.feed('timelines.rows', () => this.#timeline(room));
  }

  older(room: RoomId): Promise<void> {
    const running = this.#reading.get(room);
    if (running) return running;
    const reading = this.#readBack(room).finally(() => this.#reading.delete(room));
    this.#reading.set(room, reading);
    return reading;
  }

  async send(room: RoomId, text: string, transaction: TransactionId): Promise<void> {
    const session = this.#session;
    // What is written is kept, also while the session has ended.
    if (session.ended) throw new Failure('signed-out');
    if (!session.known(room)) throw new Failure('not-found', 'not in this room');
    session.outbox.add({ transaction, room, text, at: session.zone.now(), delivery: 'queued' });
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
      this.#session.zone.read(target, this.#session.me, found);
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

  #timeline(room: RoomId): Timeline {
    const session = this.#session;
    const known = session.known(room);
    if (!known || known.state.standings.get(session.me)?.membership !== 'joined') {
      return { rows: [], older: 'beginning', typing: [], readUpTo: null };
    }
    const { events, read } = known.state;
    const window = session.windows.get(room) ?? { first: Math.max(0, events.length - page), older: 'idle' };
    session.windows.set(room, window);
    const older = window.first === 0 ? 'beginning' : window.older === 'idle' ? 'more' : window.older;
    const upTo = read.get(session.me) ?? 0;
    const arrived = events.slice(window.first).map((event) => rowOf(session, known.state, event));
    const keys = new Set(arrived.map(({ key }) => key));
    const waiting = session.outbox.in(room).filter(({ transaction }) => !keys.has(transaction));
    return {
      rows: [...arrived, ...waiting.map((letter) => echoOf(session, letter))],
      older,
      typing: [...known.room.typing].filter((id) => id !== session.me).map((id) => session.zone.person(id)),
      readUpTo: events.findLast(({ place }) => place <= upTo)?.id ?? null
    };
  }

  async #readBack(room: RoomId): Promise<void> {
    const session = this.#session;
    this.#timeline(room);
    const window = session.windows.get(room);
    if (!window || window.first === 0) return;
    window.older = 'loading';
    session.changed();
    try {
      await session.command('timelines.older', () => {
        window.first = Math.max(0, window.first - page);
      });
      window.older = 'idle';
    } catch (thrown) {
      const failure = Failure.from(thrown);
      window.older = { failed: failure.reason };
      throw failure;
    } finally {
      session.changed();
    }
  }
}
