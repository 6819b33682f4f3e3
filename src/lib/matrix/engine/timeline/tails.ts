import { Failure } from '../../failure.ts';
import type { EventId, RoomId, TransactionId, UserId } from '../../values.ts';
import { text, type RawEvent } from '../event.ts';
import { Pause } from '../pause.ts';
import type { Server } from '../server.ts';
import type { AccountStore, Tail } from '../store/database.ts';
import { messagesBefore } from '../sync/gap.ts';
import type { RoomNews } from '../sync/intake.ts';
import type { Records } from '../sync/records.ts';
import { isSilent } from './entry.ts';
import type { Run } from './run.ts';

/** Events of a tail that are lines of their own, and that change others. */
const [mostLines, mostSilent] = [30, 10];
/** ms in which changes of one conversation are gathered before they are kept. */
const gather = 300;
/** Conversations at the top of the list that get their tails unasked, how many at a time, and how long (ms) after the start. */
const [filled, atOnce, idle] = [20, 2, 2_000];

/** `events` oldest first. What was deleted is not kept: neither its words, nor, where it changed another, that. */
export function tailOf(
  room: RoomId,
  events: readonly RawEvent[],
  more: { before: string | null; names: Readonly<Record<string, string>> }
): Tail {
  const redactions = events.filter(({ type, state_key: key }) => type === 'm.room.redaction' && key === undefined);
  const deleted = new Set(redactions.map(({ content, redacts }) => content.redacts ?? redacts));
  const kept: RawEvent[] = [];
  const left = { lines: mostLines, silent: mostSilent };
  for (const raw of events.toReversed()) {
    if (left.lines === 0) break;
    const changes = isSilent({ raw, opened: { type: raw.type, content: raw.content } });
    if (changes && (raw.type === 'm.room.redaction' || deleted.has(raw.event_id))) continue;
    if (left[changes ? 'silent' : 'lines']-- <= 0) continue;
    kept.push(deleted.has(raw.event_id) ? { ...raw, content: {} } : raw);
  }
  const senders = new Set<string>(kept.map(({ sender }) => sender));
  const names = Object.fromEntries(Object.entries(more.names).filter(([user]) => senders.has(user)));
  const whole = kept.length === events.length;
  return { room, events: kept.reverse(), before: whole ? more.before : null, names };
}

/** The same of what is open. Rows keep the keys that they have. */
export function tailOfRun(
  room: RoomId,
  run: Run,
  more: { before: string | null; names: Readonly<Record<string, string>>; keys: ReadonlyMap<EventId, TransactionId> }
): Tail {
  const events = run.entries.flatMap((entry): RawEvent[] => {
    const { raw } = entry;
    const transaction = more.keys.get(raw.event_id);
    const keyed = transaction ? { ...raw, unsigned: { ...raw.unsigned, transaction_id: transaction } } : raw;
    if (!run.relations.isDeleted(raw.event_id)) return [keyed];
    return isSilent(entry) ? [] : [{ ...keyed, content: {} }];
  });
  return tailOf(room, events, more);
}

/** How people are called by the memberships among these events. */
const namesIn = (events: readonly RawEvent[]): Record<string, string> =>
  Object.fromEntries(
    events.flatMap(({ type, state_key: user, content }) => {
      const name = type === 'm.room.member' && user !== undefined ? text(content.displayname, 100) : undefined;
      return name === undefined ? [] : [[user as UserId, name]];
    })
  );

/** Whether the browser says that what is fetched costs (Network Information API, where there is one). */
function isMetered(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean; type?: string } };
  return connection?.saveData === true || connection?.type === 'cellular';
}

type Deps = { server: Server; store: Pick<AccountStore, 'tail' | 'putTail'>; records: Records };

/**
 * The ends of conversations as they are kept, so that each can be shown before the server is asked. A tail may be old or
 * missing: it is a picture for the moment until the server has answered.
 */
export class Tails {
  readonly #deps: Deps;
  readonly #life: AbortSignal;
  readonly #changed = new Map<RoomId, () => Tail | null>();
  readonly #news = new Map<RoomId, RoomNews[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
    life.addEventListener('abort', () => void this.flush(), { once: true });
  }

  async of(room: RoomId): Promise<Tail | undefined> {
    try {
      return await this.#deps.store.tail(room);
    } catch (thrown) {
      console.warn('no tail', room, Failure.from(thrown).message);
      return undefined;
    }
  }

  /** An open conversation has changed: `take` says what is to be kept of it, in a moment. */
  keep(room: RoomId, take: () => Tail | null): void {
    this.#changed.set(room, take);
    this.#soon();
  }

  /** What came to a conversation that is closed; joined on to its tail, where it has one. */
  take(news: RoomNews): void {
    if (news.arrived.length === 0) return;
    this.#news.set(news.room, [...(this.#news.get(news.room) ?? []), news]);
    this.#soon();
  }

  /** Keeps what has changed now. Resolves when it is kept. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Taken now: who closes has nothing to tell any more in a moment.
    const [changed, news] = [[...this.#changed.values()].map((take) => take()), [...this.#news]];
    this.#changed.clear();
    this.#news.clear();
    this.#writing = this.#writing
      .then(async () => {
        for (const [room, brought] of news) await this.#join(room, brought);
        for (const tail of changed) await this.#put(tail);
      })
      .catch((thrown) => console.warn('a tail is not kept:', Failure.from(thrown).message));
    return this.#writing;
  }

  /** Fetches the tails of the newest conversations that have none, or an old one, once nothing more urgent is under way. */
  async fill(): Promise<void> {
    await new Pause(this.#life).for(idle);
    if (isMetered()) return;
    const { records } = this.#deps;
    await records.whole;
    const rooms = [...records.listed()].filter(({ membership }) => membership === 'joined').slice(0, filled);
    await records.read(rooms.map(({ id }) => id));
    const left = rooms.values();
    const worker = async () => {
      for (const { id } of left) {
        if (this.#life.aborted) return;
        const known = await this.of(id);
        if (!known || known.events.at(-1)?.event_id !== records.look(id)?.seen) await this.#fetch(id);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker)).catch((thrown) =>
      console.warn('not all tails are fetched:', Failure.from(thrown).message)
    );
  }

  async #fetch(room: RoomId): Promise<void> {
    const { server } = this.#deps;
    try {
      const page = await messagesBefore(server, room, { limit: mostLines, signal: this.#life });
      const events = page.chunk.toReversed();
      const names = namesIn([...page.state, ...events]);
      await this.#put(tailOf(room, events, { before: page.end ?? null, names }));
    } catch (thrown) {
      // Of a room that cannot be read there is none; a server that is away is not asked for the next.
      if (Failure.from(thrown).reason !== 'forbidden') throw thrown;
    }
  }

  async #join(room: RoomId, news: readonly RoomNews[]): Promise<void> {
    let tail = await this.of(room);
    if (!tail) return;
    for (const { arrived, state, gap } of news) {
      const known = new Set(tail.events.map(({ event_id: id }) => id));
      const before: readonly RawEvent[] = gap ? [] : tail.events;
      const events = [...before, ...arrived.filter((raw) => gap || !known.has(raw.event_id))];
      const names = { ...tail.names, ...namesIn([...state, ...arrived]) };
      tail = tailOf(room, events, { before: gap ? null : tail.before, names });
    }
    await this.#put(tail);
  }

  /** Nothing is kept of a conversation that one has left. */
  async #put(tail: Tail | null): Promise<void> {
    if (tail && tail.events.length > 0 && this.#deps.records.has(tail.room)) await this.#deps.store.putTail(tail);
  }

  #soon(): void {
    if (!this.#life.aborted) this.#timer ??= setTimeout(() => void this.flush(), gather);
  }
}
