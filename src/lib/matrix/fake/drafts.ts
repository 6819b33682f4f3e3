import type { Drafts } from '../ports.ts';
import type { Draft, RoomId } from '../values.ts';
import type { FakeSession } from './session.ts';

export class FakeDrafts implements Drafts {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  async of(room: RoomId): Promise<Draft | null> {
    this.#session.network.stumble('drafts.of');
    return this.#session.drafts.get(room)?.draft ?? null;
  }

  async keep(room: RoomId, draft: Draft | null, written?: number): Promise<void> {
    this.#session.network.stumble('drafts.keep');
    if (written !== undefined && (this.#session.drafts.get(room)?.at ?? 0) > written) return;
    if (draft) this.#session.drafts.set(room, { draft, at: written ?? Date.now() });
    else this.#session.drafts.delete(room);
  }
}
