import { Failure } from '../failure.ts';
import type { Drafts as Port } from '../ports.ts';
import type { Draft, RoomId } from '../values.ts';
import type { AccountStore } from './store/database.ts';

/** What one has begun to write. No server hears of it. */
export class Drafts implements Port {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  async of(room: RoomId): Promise<Draft | null> {
    return this.#store.draft(room).catch(notKept);
  }

  async keep(room: RoomId, draft: Draft | null, written?: number): Promise<void> {
    const begun = { room, at: written ?? Date.now(), draft };
    await this.#store.putDraft(begun, { late: written !== undefined }).catch(notKept);
  }
}

const notKept = (cause: unknown): never => {
  throw new Failure('storage', 'drafts', { cause });
};
