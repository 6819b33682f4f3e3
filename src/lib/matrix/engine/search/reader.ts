import { Failure } from '../../failure.ts';
import type { EventId, RoomId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { RawEvent } from '../event.ts';
import type { Server } from '../server.ts';
import type { Changed, MessageIndex, Reach, Said } from '../store/message-index.ts';
import { messagesAfter, messagesBefore, type Page } from '../sync/gap.ts';
import { bodyOf } from '../timeline/body.ts';
import { isOpen, Opener, relationOf, type Entry } from '../timeline/entry.ts';
import { Namebook } from '../timeline/namebook.ts';
import { editIn } from '../timeline/told.ts';
import { textOf } from '../../writing/words.ts';
import { textIn } from './text.ts';

/** Events of a page: nobody waits to see it, and each takes the server a look through the room. */
const limit = 100;
/** What is sealed, and what deletes it: all else is searched by the zone, or says nothing. */
const types = ['m.room.encrypted', 'm.room.redaction'];
/** Of what could not be opened, as much is tried again: the newest. */
const mostLocked = 500;

/** What one reading of a conversation has brought. `changed`: what was said before and is now otherwise in the index. */
export type Read = { readonly reach: Reach; readonly said: readonly Said[]; readonly changed: readonly EventId[] };

type Deps = {
  readonly server: Server;
  readonly index: MessageIndex;
  /** Resolves when there is one. */
  readonly crypto: () => Promise<Crypto>;
  /** Something has been read, for whomever. */
  readonly onRead: (read: Read) => void;
};

/** Reads encrypted conversations into the index, one page at a time of all that is asked: it is no hurry to anybody else. */
export class Reader {
  readonly #deps: Deps;
  /** Those of which everything up to now has been read. */
  readonly #fresh = new Set<RoomId>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Reads what came since, or the newest page where nothing is known, and tries again what was locked. Fails as `Server.call`. */
  catchUp(room: RoomId, signal: AbortSignal): Promise<void> {
    return this.#alone(async () => {
      if (this.#fresh.has(room)) return;
      // Before it is read: what comes meanwhile is news again.
      this.#fresh.add(room);
      try {
        this.#deps.onRead(await this.#readOn(room, signal));
      } catch (thrown) {
        this.#fresh.delete(room);
        throw thrown;
      }
    });
  }

  /** Reads one page further back. Fails as `Server.call`. */
  further(room: RoomId, signal: AbortSignal): Promise<void> {
    return this.#alone(async () => {
      const known = await this.#deps.index.reach(room);
      if (!known || known.before === null) return;
      const page = await messagesBefore(this.#deps.server, room, { from: known.before, limit, types, signal });
      this.#deps.onRead(await this.#keep(known, page));
    });
  }

  /** Something has happened there. */
  stir(room: RoomId): void {
    this.#fresh.delete(room);
  }

  /** What one has left one does not keep. */
  forget(rooms: readonly RoomId[]): Promise<void> {
    for (const room of rooms) this.#fresh.delete(room);
    return this.#alone(() => this.#deps.index.forget(rooms));
  }

  async #readOn(room: RoomId, signal: AbortSignal): Promise<Read> {
    const { server, index } = this.#deps;
    const known = await index.reach(room);
    if (!known) {
      const page = await messagesBefore(server, room, { limit, types, signal });
      if (page.start === undefined) throw new Failure('not-understood', `${room}: no token to read on from`);
      return this.#keep({ room, end: page.start, before: null, since: Date.now(), locked: [] }, page);
    }
    let { reach, said: all, changed } = await this.#unlock(known);
    for (;;) {
      const page = await messagesAfter(server, room, { from: reach.end, limit, types, signal });
      const { said, locked, changes } = await this.#open(room, page);
      if (page.chunk.length > 0 || reach !== known) {
        reach = { ...reach, end: page.end ?? reach.end, locked: newest([...reach.locked, ...locked]) };
        await index.put(reach, said, changes);
      }
      all = [...all, ...said];
      changed = [...changed, ...changes.map(({ event }) => event)];
      if (page.chunk.length === 0 || page.end === undefined) return { reach, said: all, changed };
    }
  }

  async #keep(known: Reach, page: Page): Promise<Read> {
    const { said, locked } = await this.#open(known.room, page);
    const reach = {
      ...known,
      // A server that stands still has nothing more.
      before: page.end === undefined || page.end === known.before ? null : page.end,
      since: page.chunk.at(-1)?.origin_server_ts ?? known.since,
      locked: newest([...known.locked, ...locked])
    };
    await this.#deps.index.put(reach, said);
    return { reach, said, changed: [] };
  }

  async #open(room: RoomId, { chunk, state }: Page) {
    const names = new Namebook();
    names.learn(state);
    const opened = await (await this.#opener(room)).all(chunk);
    return {
      said: opened.flatMap((entry) => saidIn(entry, names) ?? []),
      locked: opened.filter((entry) => !isOpen(entry.opened)).map(({ raw }) => raw),
      changes: opened.flatMap((entry) => changeIn(entry) ?? [])
    };
  }

  /** What can be read by now. */
  async #unlock(known: Reach): Promise<Read> {
    const nothing = { reach: known, said: [], changed: [] };
    if (known.locked.length === 0) return nothing;
    const opened = await (await this.#opener(known.room)).all(known.locked);
    const read = opened.filter((entry) => isOpen(entry.opened));
    if (read.length === 0) return nothing;
    const reach = { ...known, locked: opened.filter((entry) => !isOpen(entry.opened)).map(({ raw }) => raw) };
    const said = read.flatMap((entry) => saidIn(entry, new Namebook()) ?? []);
    const changes = read.flatMap((entry) => changeIn(entry) ?? []);
    await this.#deps.index.put(reach, said, changes);
    return { reach, said, changed: changes.map(({ event }) => event) };
  }

  async #opener(room: RoomId): Promise<Opener> {
    const crypto = await this.#deps.crypto();
    return new Opener(
      room,
      () => crypto,
      (raw) => void this.#alone(() => this.#late(room, raw.event_id)).catch(() => undefined)
    );
  }

  async #late(room: RoomId, event: EventId): Promise<void> {
    const known = await this.#deps.index.reach(room);
    if (!known?.locked.some(({ event_id: id }) => id === event)) return;
    const read = await this.#unlock(known);
    if (read.reach !== known) this.#deps.onRead(read);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

const newest = (locked: readonly RawEvent[]): readonly RawEvent[] =>
  locked.toSorted((a, b) => a.origin_server_ts - b.origin_server_ts).slice(-mostLocked);

const isReplacement = (entry: Entry): boolean => relationOf(entry)?.type === 'm.replace';

function saidIn(entry: Entry, names: Namebook): Said | null {
  const { event_id: event, sender, origin_server_ts: at, type } = entry.raw;
  const text = type === 'm.room.encrypted' && isOpen(entry.opened) && !isReplacement(entry) ? textIn(entry) : '';
  return text ? { event, sender, name: names.person(sender).name, at, text } : null;
}

function changeIn(entry: Entry): Changed | null {
  const { sender, type, content, redacts } = entry.raw;
  if (type === 'm.room.redaction') {
    const event = content.redacts ?? redacts;
    return typeof event === 'string' ? { event: event as EventId, sender, text: null } : null;
  }
  const edit = isReplacement(entry) ? editIn(entry) : undefined;
  const target = relationOf(entry)?.event;
  if (!edit || !target || !isOpen(entry.opened)) return null;
  return { event: target, sender, text: textOf(bodyOf(entry.opened.type, edit.content)) };
}
