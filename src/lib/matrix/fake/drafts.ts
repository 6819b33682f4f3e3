import type { Drafts } from '../ports.ts';
import type { RoomId } from '../values.ts';
import type { FakeSession } from './session.ts';

export class FakeDrafts implements Drafts {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  async of(room: RoomId): Promise<string> {
    this.#session.network.stumble('drafts.of');
    return this.#session.drafts.get(room)?.text ?? '';
  }

  async keep(room: RoomId, text: string, written?: number): Promise<void> {
    this.#session.network.stumble('drafts.keep');
    if (written !== undefined && (this.#session.drafts.get(room)?.at ?? 0) > written) return;
    if (text) this.#session.drafts.set(room, { text, at: written ?? Date.now() });
    else this.#session.drafts.delete(room);
  }
}
