import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import type { Connection, RoomId } from '../values.ts';
import type { CryptoSlot } from './crypto/slot.ts';
import type { ListLoop } from './sync/list-loop.ts';
import type { Records } from './sync/records.ts';

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
  /** Rooms whose members, once read, have been followed live ever since. */
  readonly #fresh = new Set<RoomId>();

  constructor(
    deps: { records: Records; slot: CryptoSlot; list: ListLoop; connection: Live<Connection> },
    life: AbortSignal
  ) {
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
    if (record.encryption === null) return { type, content };
    const crypto = await this.#slot.ready;
    const followed = this.#list.isOpen(room) && this.#connection.current?.state === 'online';
    const fresh = followed && this.#fresh.has(room);
    const sealed = await crypto.seal(room, type, content, { encryption: record.encryption, fresh });
    if (followed) this.#fresh.add(room);
    else this.#fresh.delete(room);
    return sealed;
  };
}
