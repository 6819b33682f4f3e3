import * as v from 'valibot';
import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import type { Connection, RoomId } from '../values.ts';
import type { CryptoSlot } from './crypto/slot.ts';
import { path, ServerError, type Server } from './server.ts';
import type { ListLoop } from './sync/list-loop.ts';
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
  /** Rooms of which the server has said that they are plain. */
  readonly #plain = new Set<RoomId>();
  /** Rooms whose members, once read, have been followed live ever since. */
  readonly #fresh = new Set<RoomId>();

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
          if (stale) this.#fresh.delete(room);
          deps.slot.current?.takeState(room, [...state, ...arrived]);
        },
        typing: () => undefined
      }),
      deps.connection.subscribe(({ state }) => {
        if (state !== 'online') this.#fresh.clear();
      })
    ];
    life.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
  }

  seal = async (
    room: RoomId,
    type: string,
    content: Record<string, unknown>
  ): Promise<{ type: string; content: Record<string, unknown> }> => {
    const record = await this.#records.joined(room, this.#life);
    if (record.membership !== 'joined') throw new Failure('forbidden', `${room}: ${record.membership}`);
    const encryption = record.encryption ?? (await this.#askEncryption(room));
    if (encryption === null) return { type, content };
    const crypto = await this.#slot.ready;
    const followed = this.#list.isOpen(room) && this.#connection.current?.state === 'online';
    const fresh = followed && this.#fresh.has(room);
    const sealed = await crypto.seal(room, type, content, { encryption, fresh });
    if (followed) this.#fresh.add(room);
    else this.#fresh.delete(room);
    return sealed;
  };

  /**
   * The server's word before the first plain message of a session: a room that is still being made shows up in the
   * sync before its `m.room.encryption`. From then on the sync tells in time.
   */
  async #askEncryption(room: RoomId): Promise<Record<string, unknown> | null> {
    if (this.#plain.has(room)) return null;
    const at = path`/_matrix/client/v3/rooms/${room}/state/m.room.encryption/`;
    try {
      return await this.#server.call('GET', at, content);
    } catch (thrown) {
      if (!(thrown instanceof ServerError) || thrown.code !== 'M_NOT_FOUND') throw thrown;
      this.#plain.add(room);
      return null;
    }
  }
}
