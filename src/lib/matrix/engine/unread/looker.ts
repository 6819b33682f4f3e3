import * as v from 'valibot';
import type { RoomId, UserId } from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { rawEvent, type RawEvent } from '../event.ts';
import { callLevel, creatorsOf, levelOf } from '../people/levels.ts';
import { path, type Server } from '../server.ts';
import { readerOf } from '../sync/record.ts';
import type { Records } from '../sync/records.ts';
import { Opener } from '../timeline/entry.ts';
import { rulesType } from '../conversations/notify.ts';
import type { AccountData } from '../sync/account-data.ts';
import { heardIn } from './heard.ts';
import { meet, type Met, type Reader } from './effect.ts';
import { passes } from './read-back.ts';

/** ms for which it is taken for known who may call everybody of a room. */
const keptFor = 300_000;
const levelsShape = v.record(v.string(), v.unknown());

type Deps = {
  server: Server;
  records: Records;
  accountData: Pick<AccountData, 'get'>;
  crypto: () => Crypto | undefined;
  me: UserId;
};
type CallsAll = NonNullable<Reader['callsAll']>;

/** Looks into events: opens what is sealed, and asks whether whoever calls everybody may. */
export class Looker {
  readonly #deps: Deps;
  readonly #later: (room: RoomId, raw: RawEvent) => void;
  readonly #life: AbortSignal;
  readonly #callers = new Map<RoomId, { readonly until: number; readonly callsAll: CallsAll }>();

  /** `later`: the key of an event that could not be opened has come. */
  constructor(deps: Deps, later: (room: RoomId, raw: RawEvent) => void, life: AbortSignal) {
    this.#deps = deps;
    this.#later = later;
    this.#life = life;
  }

  /** What the events do, in their order. Rejects where the server cannot be asked. */
  async look(room: RoomId, events: readonly RawEvent[]): Promise<Met[]> {
    const { records, accountData, me } = this.#deps;
    const entries = await this.#opener(room).all(events);
    const record = records.look(room);
    const reader: Reader = record ? readerOf(record, me, heardIn(accountData.get(rulesType))) : { me, name: undefined };
    const met = entries.map(({ raw, opened }) => meet(raw, opened, reader));
    const callsAll = entries.filter(({ opened }, at) => 'type' in opened && isSealed(met[at]));
    if (callsAll.length === 0) return met;
    const knowing = { ...reader, callsAll: await this.#callsAll(room) };
    return entries.map(({ raw, opened }) => meet(raw, opened, knowing));
  }

  /** By itself: what waits for a key would hold on to all that the look has found. */
  #opener(room: RoomId): Opener {
    return new Opener(room, this.#deps.crypto, (raw) => this.#later(room, raw));
  }

  /** Who may call everybody: whoever has the level of `notifications.room` (Matrix 1.16 client-server, `.m.rule.is_room_mention`). */
  async #callsAll(room: RoomId): Promise<CallsAll> {
    const known = this.#callers.get(room);
    if (known && known.until > Date.now()) return known.callsAll;
    const [levels, create] = await Promise.all([
      this.#state(path`/_matrix/client/v3/rooms/${room}/state/m.room.power_levels/`, levelsShape),
      this.#state(path`/_matrix/client/v3/rooms/${room}/state/m.room.create/?format=event`, rawEvent)
    ]);
    const creators = creatorsOf(create);
    const wanted = callLevel(levels ?? {});
    // Without levels whoever made the room may do everything, and nobody else (Matrix 1.16, `m.room.power_levels`).
    const level = (user: UserId) => (levels ? levelOf(user, levels) : user === create?.sender ? 100 : 0);
    const callsAll = (user: UserId) => creators.has(user) || level(user) >= wanted;
    this.#callers.set(room, { until: Date.now() + keptFor, callsAll });
    return callsAll;
  }

  async #state<Schema extends v.GenericSchema>(at: string, schema: Schema): Promise<v.InferOutput<Schema> | undefined> {
    try {
      return await this.#deps.server.call('GET', at, schema, { signal: this.#life });
    } catch (thrown) {
      if (this.#life.aborted || passes(thrown)) throw thrown;
      return undefined;
    }
  }
}

const isSealed = (met: Met | undefined): boolean => met?.effect.does === 'counts' && met.effect.event.kind === 'sealed';
