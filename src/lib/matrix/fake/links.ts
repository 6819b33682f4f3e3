import type { Links } from '../ports.ts';
import type { EventId, LinkPreview, RoomId } from '../values.ts';
import type { FakeSession } from './session.ts';

export class FakeLinks implements Links {
  readonly #session: FakeSession;
  readonly #rooms = new Map<RoomId, boolean>();
  readonly #hidden = new Set<EventId>();

  constructor(session: FakeSession) {
    this.#session = session;
  }

  preview(url: string): Promise<LinkPreview | null> {
    return this.#session.command('links.preview', () => this.#session.zone.pages?.get(url) ?? null);
  }

  wanted() {
    const { zone, resident } = this.#session;
    return this.#session.feed('links.wanted', () => ({
      everywhere: !resident.withoutLinks,
      offered: zone.pages !== null,
      rooms: Object.fromEntries(this.#rooms),
      hidden: [...this.#hidden]
    }));
  }

  setEverywhere(shown: boolean) {
    return this.#session.command('links.setEverywhere', () => {
      this.#session.resident.withoutLinks = !shown;
      this.#session.zone.changed();
    });
  }

  async setIn(room: RoomId, shown: boolean | null) {
    this.#session.network.stumble('links.setIn');
    if (shown === null) this.#rooms.delete(room);
    else this.#rooms.set(room, shown);
    this.#session.changed();
  }

  async hide(event: EventId) {
    this.#session.network.stumble('links.hide');
    this.#hidden.add(event);
    this.#session.changed();
  }
}
