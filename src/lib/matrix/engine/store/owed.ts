import type { RoomRecord } from '../sync/record.ts';
import type { AccountDatum } from '../sync/wire.ts';
import type { RoomId } from '../../values.ts';
import type { Change, Positions, Summary } from './database.ts';

/** Changes that the database has not taken yet, as one: what could not be kept now is kept with what comes next. */
export class Owed implements Change {
  readonly #rooms = new Map<RoomId, RoomRecord>();
  readonly #gone = new Set<RoomId>();
  readonly #accountData = new Map<string, AccountDatum>();
  #positions: Positions = {};
  #summary: Summary | undefined;

  add(change: Change): void {
    for (const record of change.rooms ?? []) {
      this.#rooms.set(record.id, record);
      this.#gone.delete(record.id);
    }
    for (const id of change.gone ?? []) {
      this.#gone.add(id);
      this.#rooms.delete(id);
    }
    for (const datum of change.accountData ?? []) this.#accountData.set(datum.type, datum);
    const told = Object.entries(change.positions ?? {}).filter(([, position]) => position !== undefined);
    this.#positions = { ...this.#positions, ...Object.fromEntries(told) };
    this.#summary = change.summary ?? this.#summary;
  }

  /** The record of a conversation, null where it is gone; undefined where nothing is owed of it. */
  of(room: RoomId): RoomRecord | null | undefined {
    return this.#rooms.get(room) ?? (this.#gone.has(room) ? null : undefined);
  }

  /** Without the records that led to it a position is worth nothing. */
  forgetPosition(): void {
    this.#positions = { ...this.#positions, list: null, fill: null };
  }

  get rooms(): Iterable<RoomRecord> {
    return this.#rooms.values();
  }

  get gone(): Iterable<RoomId> {
    return this.#gone;
  }

  get accountData(): Iterable<AccountDatum> {
    return this.#accountData.values();
  }

  get positions(): Positions {
    return this.#positions;
  }

  get summary(): Summary | undefined {
    return this.#summary;
  }
}
