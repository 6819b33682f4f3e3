import * as v from 'valibot';
import { Failure } from '../../failure.ts';
import type { EventId, Person, Quoted, RoomId, UserId, Version } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { rawEvent, relation, tolerant, type RawEvent } from '../event.ts';
import { path, type Server } from '../server.ts';
import { isDeleted, isOpen, Opener, type Entry } from './entry.ts';
import { bodyOfEntry, quotedBody } from './rows.ts';

const page = v.object({ chunk: tolerant(rawEvent), next_batch: v.optional(v.string()) });
/** Edits of one message that are asked for at once, and how often: a few hundred say enough. */
const [pageSize, mostPages] = [100, 3];

type Deps = {
  readonly server: Server;
  readonly crypto: () => Crypto | undefined;
  readonly person: (room: RoomId, user: UserId) => Person;
};

/** What the server tells of single messages, wherever in a conversation they stand. */
export class Told {
  readonly #deps: Deps;
  readonly #life: AbortSignal;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
  }

  /** Matrix 1.16 client-server, `GET /rooms/{roomId}/event/{eventId}`; the newest edit stands beside it. */
  async entry(room: RoomId, event: EventId): Promise<Entry> {
    const at = path`/_matrix/client/v3/rooms/${room}/event/${event}`;
    return this.#open(room, await this.#deps.server.call('GET', at, rawEvent, { signal: this.#life }));
  }

  async look(room: RoomId, event: EventId): Promise<Quoted> {
    const entry = await this.entry(room, event);
    const body = bodyOfEntry({ entry, edit: beside(entry), deleted: isDeleted(entry.raw) });
    if (!body) throw new Failure('not-found', `${event} says nothing`);
    return { sender: this.#deps.person(room, entry.raw.sender), body: quotedBody(body) };
  }

  /** Of the edits, those that are the sender's own (Matrix 1.16, "Validity of replacement events"). */
  async versions(room: RoomId, event: EventId): Promise<readonly Version[]> {
    const original = await this.entry(room, event);
    const edits = (await this.#edits(room, event))
      .filter(({ sender, type }) => sender === original.raw.sender && type === original.raw.type)
      .sort((a, b) => a.origin_server_ts - b.origin_server_ts);
    const better = await Promise.all(edits.map((raw) => this.#open(room, raw)));
    return [original, ...better].flatMap((said) => {
      const edit = said === original ? undefined : editIn(said);
      if (said !== original && !edit) return [];
      const body = bodyOfEntry({ entry: original, edit, deleted: false });
      return body ? [{ at: said.raw.origin_server_ts, body }] : [];
    });
  }

  /** Newest first, a page at a time (Matrix 1.16 client-server, "Relationships API"). */
  async #edits(room: RoomId, event: EventId): Promise<RawEvent[]> {
    const at = path`/_matrix/client/v1/rooms/${room}/relations/${event}/m.replace`;
    const found: RawEvent[] = [];
    let from: string | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const query = { limit: String(pageSize), from };
      const { chunk, next_batch: next } = await this.#deps.server.call('GET', at, page, { query, signal: this.#life });
      found.push(...chunk);
      if (next === undefined) break;
      from = next;
    }
    return found;
  }

  #open(room: RoomId, raw: RawEvent): Promise<Entry> {
    return new Opener(room, this.#deps.crypto, () => undefined).one(raw);
  }
}

/** The content that an edit puts in the place of another's. */
export function editIn({ raw, opened }: Entry) {
  if (!isOpen(opened) || (relation(raw.content) ?? relation(opened.content))?.type !== 'm.replace') return undefined;
  const content = opened.content['m.new_content'];
  return typeof content === 'object' && content !== null
    ? { event: raw.event_id, content: content as Record<string, unknown> }
    : undefined;
}

/** What the edit that the server tells beside an event puts in its place. */
export const beside = ({ raw, edit }: Entry) =>
  edit?.raw.sender === raw.sender && edit.raw.type === raw.type ? editIn(edit) : undefined;
