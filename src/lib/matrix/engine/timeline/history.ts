import * as v from 'valibot';
import { Failure } from '../../failure.ts';
import type { EventId, RoomId } from '../../values.ts';
import { lenient, rawEvent, tolerant, type RawEvent } from '../event.ts';
import { path, type Server } from '../server.ts';
import { lazyMembers, messagesAfter, messagesBefore } from '../sync/gap.ts';

/** Events of a page of history. A small page is read and shown sooner; encrypted events are opened one by one. */
const pageSize = 40;
/** Empty pages after which one gives up: a server may leave much out, but not go on for ever. */
const mostEmpty = 20;
/** Pages in which the way back to what is known is looked for, large ones behind the first: what lies further would fall off anyway. */
const [mostBetween, betweenSize] = [3, 100];

/** A part of a conversation, oldest first. `end`: the server's token behind it, null where nothing more is there. */
export type Part = {
  readonly events: readonly RawEvent[];
  readonly state: readonly RawEvent[];
  readonly end: string | null;
};

const context = v.object({
  event: rawEvent,
  events_before: tolerant(rawEvent),
  events_after: tolerant(rawEvent),
  state: tolerant(rawEvent),
  start: lenient(v.string()),
  end: lenient(v.string())
});

/** Around an event; another token stands before the first. */
export type Surroundings = Part & { readonly start: string | null };

const eventAtTime = v.object({ event_id: v.string() });

/** What a conversation's server tells of its past. Everything fails with `Failure` as `Server.call` does. */
export class History {
  readonly #server: Server;
  readonly #room: RoomId;
  readonly #signal: AbortSignal;

  constructor(server: Server, room: RoomId, signal: AbortSignal) {
    this.#server = server;
    this.#room = room;
    this.#signal = signal;
  }

  /** The newest events; further back to one that is `known`, where that is not too far. `joins`: one was met. */
  async newest(known?: (raw: RawEvent) => boolean): Promise<Part & { readonly joins: boolean }> {
    let part: Part = { events: [], state: [], end: null };
    for (let pages = 1; ; pages++) {
      const page = await messagesBefore(this.#server, this.#room, {
        ...this.#from(part.end ?? undefined),
        limit: pages === 1 ? pageSize : betweenSize
      });
      const events = [...page.chunk.toReversed(), ...part.events];
      part = { events, state: [...page.state, ...part.state], end: page.end ?? null };
      const joins = known !== undefined && page.chunk.some(known);
      if (!known || joins || part.end === null || pages === mostBetween) return { ...part, joins };
    }
  }

  /**
   * What comes before a place. Pages that bring nothing `fresh` are
   * passed over: the server leaves out what one may not see.
   */
  older(place: Place, fresh: (raw: RawEvent) => boolean): Promise<Part> {
    return this.#read(place, fresh, {
      page: async (from) => {
        const { chunk, ...rest } = await messagesBefore(this.#server, this.#room, this.#from(from));
        return { ...rest, chunk: chunk.toReversed() };
      },
      beside: async () => {
        const { events, state, start } = await this.around(known(place), 2 * pageSize);
        return { chunk: events, state, end: start };
      }
    });
  }

  /** What comes after a place, in the same way. */
  newer(place: Place, fresh: (raw: RawEvent) => boolean): Promise<Part> {
    return this.#read(place, fresh, {
      page: (from) => messagesAfter(this.#server, this.#room, this.#from(from)),
      beside: async () => {
        const { events, state, end } = await this.around(known(place), 2 * pageSize);
        return { chunk: events, state, end };
      }
    });
  }

  /** Matrix 1.16 client-server, `GET /rooms/{roomId}/context/{eventId}`. `limit`: events, half of them to each side. */
  async around(event: EventId, limit = pageSize): Promise<Surroundings> {
    const at = path`/_matrix/client/v3/rooms/${this.#room}/context/${event}`;
    const answer = await this.#server.call('GET', at, context, {
      query: { limit: String(limit), filter: JSON.stringify(lazyMembers) },
      signal: this.#signal
    });
    return {
      events: [...answer.events_before.toReversed(), answer.event, ...answer.events_after],
      state: answer.state,
      start: answer.start ?? null,
      end: answer.end ?? null
    };
  }

  /** The event nearest to a time, after it rather than before; null where there is none (Matrix 1.6, MSC3030). */
  async at(time: number): Promise<EventId | null> {
    for (const dir of ['f', 'b']) {
      try {
        const at = path`/_matrix/client/v1/rooms/${this.#room}/timestamp_to_event`;
        const query = { ts: String(Math.trunc(time)), dir };
        const { event_id: event } = await this.#server.call('GET', at, eventAtTime, { query, signal: this.#signal });
        return event as EventId;
      } catch (thrown) {
        if (Failure.from(thrown).reason !== 'not-found') throw thrown;
      }
    }
    return null;
  }

  #from<Token extends string | undefined>(from: Token) {
    return { from, limit: pageSize, signal: this.#signal };
  }

  async #read(
    place: Place,
    fresh: (raw: RawEvent) => boolean,
    ask: { page: (from: string) => Promise<Answer>; beside: () => Promise<Answer> }
  ): Promise<Part> {
    const tried = new Set<string>();
    let from = place.token;
    for (let empty = 0; empty < mostEmpty; empty++) {
      if (from !== null) tried.add(from);
      const { chunk, state, end } = await (from === null ? ask.beside() : ask.page(from));
      const events = chunk.filter(fresh);
      // A server that goes round in a circle has nothing more.
      const next = end != null && !tried.has(end) ? end : null;
      if (events.length > 0 || next === null) return { events, state, end: next };
      from = next;
    }
    throw new Failure('not-understood', `${this.#room}: ${mostEmpty} pages without anything in them`);
  }
}

/** A token or, where none is known, the event that stands there. */
type Place = { readonly token: string | null; readonly event: EventId | undefined };
type Answer = { chunk: readonly RawEvent[]; state: readonly RawEvent[]; end?: string | null };

function known({ event }: Place): EventId {
  if (event === undefined) throw new Failure('unexpected', 'nothing is known from which to read on');
  return event;
}
