import * as v from 'valibot';
import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import type { Connection, RoomId } from '../values.ts';
import type { CryptoSlot } from './crypto/slot.ts';
import { filesField, filesIn } from '../writing/file-content.ts';
import { path, ServerError, type Server } from './server.ts';
import type { ListLoop } from './sync/list-loop.ts';
import type { Brief } from './sync/brief.ts';
import type { Records } from './sync/records.ts';

const content = v.record(v.string(), v.unknown());

/**
 * The one gate to the network for messages: what goes into an encrypted room is sealed or stays. A room of which we do
 * not know whether it is encrypted is waited for, never guessed.
 */
export class Sealer {
  readonly #records: Records;
  readonly #slot: CryptoSlot;
  readonly #list: ListLoop;
  readonly #connection: Live<Connection>;
  readonly #life: AbortSignal;
  readonly #server: Server;
  /**
   * What the server has said of a room stays true only while the sync follows it without a break: of one that is
   * closed, or while the connection is lost, encryption may be turned on and people may leave unseen. The value is
   * the opening of the conversation that it was said in.
   */
  readonly #plain = new Map<RoomId, object>();
  readonly #members = new Map<RoomId, object>();
  /** Rooms whose members are being read: what changes meanwhile may be missing from the answer. */
  readonly #reading = new Set<RoomId>();

  constructor(
    deps: { server: Server; records: Records; slot: CryptoSlot; list: ListLoop; connection: Live<Connection> },
    life: AbortSignal
  ) {
    this.#server = deps.server;
    this.#records = deps.records;
    this.#slot = deps.slot;
    this.#list = deps.list;
    this.#connection = deps.connection;
    this.#life = life;
    const stops = [
      deps.list.listen({
        news: ({ room, state, arrived, stale }) => {
          const events = [...state, ...arrived].filter((event) => event.state_key !== undefined);
          if (stale || (events.length > 0 && this.#reading.has(room))) this.#members.delete(room);
          try {
            if (events.length > 0) deps.slot.current?.takeState(room, events);
          } catch (thrown) {
            this.#members.delete(room);
            throw thrown;
          }
        },
        typing: () => undefined
      }),
      deps.connection.subscribe(({ state }) => {
        if (state === 'online') return;
        this.#plain.clear();
        this.#members.clear();
      })
    ];
    life.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
  }

  seal = async (
    room: RoomId,
    type: string,
    content: Record<string, unknown>
  ): Promise<{ type: string; content: Record<string, unknown> }> => {
    const known = await this.#joined(room);
    const encryption = known.encryption ?? (await this.#askEncryption(room));
    if (encryption === null) return { type, content };
    const crypto = await this.#slot.ready;
    const opening = this.#followed(room);
    const fresh = opening !== undefined && this.#members.get(room) === opening;
    // Said before the members are read: news that come meanwhile take it back.
    if (opening) this.#members.set(room, opening);
    this.#reading.add(room);
    try {
      const sealed = await crypto.seal(room, type, content, { encryption, fresh });
      const files = filesIn(content);
      return files.length > 0 ? { ...sealed, content: { ...sealed.content, [filesField]: files } } : sealed;
    } catch (thrown) {
      this.#members.delete(room);
      throw thrown;
    } finally {
      this.#reading.delete(room);
    }
  };

  /** Whether what is sent there is sealed. Rejects where nobody can tell. */
  encrypts = async (room: RoomId): Promise<boolean> =>
    ((await this.#joined(room)).encryption ?? (await this.#askEncryption(room))) !== null;

  async #joined(room: RoomId): Promise<Brief> {
    try {
      const brief = await this.#records.joined(room, this.#life);
      if (brief.membership === 'joined') return brief;
      throw new Failure('forbidden', `${room}: ${brief.membership}`);
    } catch (thrown) {
      // While the zone is away nobody could tell us that one is in the room by now.
      const away = this.#connection.current?.state !== 'online';
      throw away ? new Failure('unreachable', `${room}: not known yet`, { cause: thrown }) : thrown;
    }
  }

  /** The present opening of a conversation, where the sync tells of all that happens in it. */
  #followed(room: RoomId): object | undefined {
    return this.#connection.current?.state === 'online' ? this.#list.opening(room) : undefined;
  }

  /**
   * The server's word before a plain message, unless it gave it since the conversation is followed: a room that is
   * still being made shows up in the sync before its `m.room.encryption`.
   */
  async #askEncryption(room: RoomId): Promise<Record<string, unknown> | null> {
    const opening = this.#followed(room);
    if (opening && this.#plain.get(room) === opening) return null;
    const at = path`/_matrix/client/v3/rooms/${room}/state/m.room.encryption/`;
    try {
      return await this.#server.call('GET', at, content);
    } catch (thrown) {
      if (!(thrown instanceof ServerError) || thrown.code !== 'M_NOT_FOUND') throw thrown;
      if (opening && this.#followed(room) === opening) this.#plain.set(room, opening);
      return null;
    }
  }
}
