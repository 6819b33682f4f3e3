import * as v from 'valibot';
import { Cell, type Live } from '../live.ts';
import type { Pins as Port } from '../ports.ts';
import { settle } from '../settle.ts';
import type { EventId, Pinned, RoomId } from '../values.ts';
import { may } from './people/levels.ts';
import { anything, path, ServerError, type Server } from './server.ts';
import { pinnedIn } from './sync/record.ts';
import type { Records } from './sync/records.ts';

const content = v.record(v.string(), v.unknown());

type Deps = { readonly server: Server; readonly records: Records };

/** What is pinned in conversations: a list in the room's state, written as a whole (Matrix 1.16, `m.room.pinned_events`). */
export class Pins implements Port {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  of(room: RoomId): Live<Pinned> {
    const { records } = this.#deps;
    const cell: Cell<Pinned> = new Cell<Pinned>(undefined, () => {
      const show = () => {
        const record = records.look(room);
        if (!record) return;
        cell.set(settle(cell.current, { events: record.pinned, mayPin: may('pin', record.rights) }));
      };
      show();
      return records.onChange((changed) => {
        if (changed.has(room)) show();
      });
    });
    return cell;
  }

  /** What others have pinned meanwhile stays: the list is read first. */
  async set(room: RoomId, event: EventId, pinned: boolean): Promise<void> {
    const at = path`/_matrix/client/v3/rooms/${room}/state/m.room.pinned_events/`;
    const there = pinnedIn(await this.#read(at));
    if (there.includes(event) === pinned) return;
    const events = pinned ? [...there, event] : there.filter((one) => one !== event);
    await this.#deps.server.call('PUT', at, anything, { body: { pinned: events } });
  }

  /** A room in which nothing has ever been pinned has no list. */
  async #read(at: Parameters<Server['call']>[1]): Promise<Record<string, unknown>> {
    try {
      return await this.#deps.server.call('GET', at, content);
    } catch (thrown) {
      if (thrown instanceof ServerError && thrown.reason === 'not-found') return {};
      throw thrown;
    }
  }
}
