import type { Person, UserId } from '../../values.ts';
import { text, type RawEvent } from '../event.ts';
import { personOf } from '../person.ts';
import { photoOf } from '../sync/rules.ts';

const nameIn = (content: Record<string, unknown> | undefined) => text(content?.displayname, 100);

/** How people are called in a conversation. A person is the same object until her name changes. */
export class Namebook {
  readonly #names = new Map<UserId, string>();
  readonly #photos = new Map<UserId, string>();
  readonly #people = new Map<UserId, Person>();
  #version = 0;

  /** Another number whenever somebody's name has changed. */
  get version(): number {
    return this.#version;
  }

  /** Those that are known. */
  get names(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#names);
  }

  /** `events` oldest first, so that the newest name stays. `overwrite` false: what is known is newer than they are. */
  learn(events: readonly RawEvent[], { overwrite } = { overwrite: true }): void {
    for (const { type, state_key: key, content } of events) {
      if (type !== 'm.room.member' || key === undefined) continue;
      const user = key as UserId;
      const name = nameIn(content);
      // Whoever leaves does so without a name, and keeps the one she had here.
      const nameless = name === undefined && content.membership !== 'join';
      if (nameless || (!overwrite && this.#names.has(user))) continue;
      const photo = photoOf(content.avatar_url) ?? '';
      if (this.#names.get(user) === (name ?? '') && (this.#photos.get(user) ?? '') === photo) continue;
      this.#names.set(user, name ?? '');
      this.#photos.set(user, photo);
      if (this.#people.delete(user)) this.#version++;
    }
  }

  /** What an earlier session knew; events tell better. */
  recall(names: Readonly<Record<string, string>>): void {
    for (const [user, name] of Object.entries(names)) this.#names.set(user as UserId, name);
  }

  /** `content` of a membership tells how she was called then. */
  readonly person = (user: UserId, content?: Record<string, unknown>): Person => {
    const then = nameIn(content);
    if (then !== undefined) return personOf(user, then, content?.avatar_url);
    const known = this.#people.get(user) ?? personOf(user, this.#names.get(user), this.#photos.get(user));
    this.#people.set(user, known);
    return known;
  };
}
