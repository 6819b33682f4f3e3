import { Failure } from '../failure.ts';
import type { Drafts as Port } from '../ports.ts';
import type { RoomId } from '../values.ts';
import type { AccountStore } from './store/database.ts';

/** What one has begun to write. No server hears of it. */
export class Drafts implements Port {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  async of(room: RoomId): Promise<string> {
    return this.#store.draft(room).catch(notKept);
  }

  async keep(room: RoomId, text: string, written?: number): Promise<void> {
    const draft = { room, text, at: written ?? Date.now() };
    await this.#store.putDraft(draft, { late: written !== undefined }).catch(notKept);
  }
}

const notKept = (cause: unknown): never => {
  throw new Failure('storage', 'drafts', { cause });
};
