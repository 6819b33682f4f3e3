import { Failure } from '../../failure.ts';
import { Listeners } from '../listeners.ts';
import type { RoomRecord } from './record.ts';
import type { RoomId } from '../../values.ts';

/** Further to the front than any activity: servers count it by their events or by ms. */
const mostBump = 2 ** 51;

/** Ascending, the order of the list: invitations first, then by activity. null: not listed, for one has left. */
export function orderOf({ membership, bump }: RoomRecord): number | null {
  if (membership === 'left') return null;
  return -Math.min(bump, mostBump) - (membership === 'invited' ? 2 * mostBump : 0);
}

/** The records of every conversation of an account, and who wants to hear of changes. */
export class Records {
  readonly #records: Map<RoomId, RoomRecord>;
  /** Made or joined a moment ago: the sync will tell of them. */
  readonly #expected = new Set<RoomId>();
  readonly #listeners = new Listeners<(changed: ReadonlySet<RoomId>) => void>();
  #sorted: readonly RoomRecord[] | undefined;
  /** False until the server, or an earlier session, has told of the first conversations. */
  #known: boolean;

  constructor(records: Iterable<RoomRecord>) {
    this.#records = new Map([...records].map((record) => [record.id, record]));
    this.#known = this.#records.size > 0;
  }

  get known(): boolean {
    return this.#known;
  }

  get(room: RoomId): RoomRecord | undefined {
    return this.#records.get(room);
  }

  expect(room: RoomId): void {
    this.#expected.add(room);
  }

  /** Whether one is in the room, or about to be. */
  has(room: RoomId): boolean {
    const membership = this.#records.get(room)?.membership;
    return membership === 'joined' || this.#expected.has(room);
  }

  ids(): RoomId[] {
    return [...this.#records.keys()];
  }

  /** Those that are listed, in their order. */
  sorted(): readonly RoomRecord[] {
    this.#sorted ??= [...this.#records.values()]
      .filter((record) => orderOf(record) !== null)
      .sort((a, b) => Number(orderOf(a)) - Number(orderOf(b)) || (a.id < b.id ? -1 : 1));
    return this.#sorted;
  }

  apply(records: Iterable<RoomRecord>, gone: Iterable<RoomId> = []): void {
    const changed = new Set<RoomId>();
    for (const record of records) {
      if (this.#records.get(record.id) === record) continue;
      this.#records.set(record.id, record);
      if (record.membership === 'joined') this.#expected.delete(record.id);
      changed.add(record.id);
    }
    for (const id of gone) {
      this.#expected.delete(id);
      if (this.#records.delete(id)) changed.add(id);
    }
    const first = !this.#known;
    this.#known = true;
    if (changed.size === 0 && !first) return;
    this.#sorted = undefined;
    this.#listeners.tell((listener) => listener(changed));
  }

  /** The record of a room once one is in it, for rooms just made or joined; otherwise as it is after ten seconds. */
  async joined(room: RoomId, life: AbortSignal): Promise<RoomRecord> {
    const limit = AbortSignal.any([life, AbortSignal.timeout(10_000)]);
    while (this.#records.get(room)?.membership !== 'joined' && !limit.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = this.onChange((changed) => {
        if (changed.has(room)) resolve();
      });
      limit.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      stop();
    }
    const record = this.#records.get(room);
    if (!record) throw new Failure('not-found', `${room}: not known, so neither is whether it is encrypted`);
    return record;
  }

  onChange(listener: (changed: ReadonlySet<RoomId>) => void): () => void {
    return this.#listeners.add(listener);
  }
}
