import { Cell, type Live } from '../../live.ts';
import type * as V from '../../values.ts';
import type { RoomRecord } from '../sync/record.ts';
import type { Records } from '../sync/records.ts';
import { isForOneself, type UnreadEvent } from '../unread/unread.ts';
import { sameRows } from './shown.ts';

/** ms after which what comes is no news: it was said while nobody could hear it. */
const fresh = 300_000;
/** ms for which one waits until what is sealed can be read, and tells that something came where it cannot. */
const patience = 2000;
/** The newest that are held. */
const most = 30;

type Heard = { readonly event: V.EventId | null; readonly at: number; readonly kind: V.Alert['kind'] };
type Deps = {
  readonly records: Records;
  readonly show: (record: RoomRecord) => V.Conversation;
};

/** What has come since the engine runs that one wants to hear of, the newest of each conversation, until it is read. */
export class Alerts {
  readonly #deps: Deps;
  readonly #heard = new Map<V.RoomId, Heard>();
  /** Invitations that were there before. */
  readonly #known = new Set<V.RoomId>();
  readonly #cell: Cell<readonly V.Alert[]> = new Cell<readonly V.Alert[]>([]);
  #isBegun = false;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    const { records } = deps;
    const stop = records.onChange((changed) => this.#look(changed));
    life.addEventListener('abort', stop, { once: true });
    void records.whole.then(() => {
      for (const { id, membership } of records.listed()) if (membership === 'invited') this.#known.add(id);
      this.#isBegun = true;
    });
  }

  get live(): Live<readonly V.Alert[]> {
    return this.#cell;
  }

  /** What conversations show has changed. */
  refresh(): void {
    if (this.#heard.size === 0 && this.#cell.current?.length === 0) return;
    const next = [...this.#heard].flatMap(([room, heard]): V.Alert[] => {
      const record = this.#deps.records.held(room);
      if (!record) return [];
      const conversation = this.#deps.show(record);
      const before = this.#cell.current?.find((one) => one.conversation === conversation && one.event === heard.event);
      return [before ?? { ...heard, conversation }];
    });
    if (!sameRows(this.#cell.current, next)) this.#cell.set(next);
  }

  #look(changed: ReadonlySet<V.RoomId>): void {
    for (const room of changed) {
      const record = this.#deps.records.held(room);
      if (record) this.#hear(record);
      else if (!this.#deps.records.brief(room)) this.#forget(room);
    }
    this.refresh();
  }

  #hear(record: RoomRecord): void {
    const { id: room, membership, inviter } = record;
    if (membership === 'invited') {
      if (!this.#isBegun || this.#known.has(room)) return;
      this.#known.add(room);
      if (inviter) this.#keep(room, { event: null, at: Date.now(), kind: 'invitation' });
      return;
    }
    this.#known.delete(room);
    const newest =
      membership === 'joined' ? record.unread.events.findLast((event) => isWanted(event, record)) : undefined;
    if (!newest) return this.#forget(room);
    const known = this.#heard.get(room);
    if (known?.event === newest.id) return;
    // What was said before and comes to light now, when something newer was read, is no news either.
    if (newest.at < Date.now() - fresh || (known && newest.at < known.at)) return;
    if (newest.kind === 'sealed') this.#later(room, newest.id);
    else this.#keep(room, { event: newest.id, at: newest.at, kind: newest.kind });
  }

  /** Told as something that came, unless it can be read by then. */
  #later(room: V.RoomId, event: V.EventId): void {
    setTimeout(() => {
      const newest = this.#deps.records.held(room)?.unread.events.at(-1);
      if (newest?.id !== event || newest.kind !== 'sealed') return;
      this.#keep(room, { event, at: newest.at, kind: 'message' });
      this.refresh();
    }, patience);
  }

  #keep(room: V.RoomId, heard: Heard): void {
    this.#heard.delete(room);
    this.#heard.set(room, heard);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > most && oldest) this.#heard.delete(oldest);
  }

  #forget(room: V.RoomId): void {
    this.#heard.delete(room);
  }
}

/** What is silenced is not heard of; of what may be a mention and is not opened, one hears where one hears of all. */
function isWanted(event: UnreadEvent, { notify }: RoomRecord): boolean {
  if (event.mine || notify === 'nothing') return false;
  return (notify === 'all' && !event.quiet) || isForOneself(event);
}
