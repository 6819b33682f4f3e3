import { Following } from '$lib/matrix/following.svelte';
import { everybody } from '$lib/matrix/everybody';
import type { People, Rooms } from '$lib/matrix/ports';
import { m } from '$lib/paraglide/messages';
import type { Member, Person, RoomId, RoomSettings, Slice, UserId } from '$lib/matrix/values';
import { candidates, namingAt, type Candidate, type Naming as Name } from './completion';

/** Members that are looked through. */
const most = 2_000;

/** Whom one may mean by the name that is being written. */
export class Naming {
  readonly #people: Pick<People, 'members'>;
  readonly #settings: Following<RoomSettings>;
  readonly #room: RoomId;
  readonly #me: UserId;
  #members = $state.raw<Following<Slice<Member>>>();
  #name = $state.raw<Name | null>(null);
  /** The `@` that she does not want to be asked about. */
  #left: number | null = null;
  #index = $state(0);

  constructor(ports: { people: Pick<People, 'members'>; rooms: Pick<Rooms, 'settings'> }, room: RoomId, me: UserId) {
    this.#people = ports.people;
    this.#settings = new Following(ports.rooms.settings(room));
    this.#room = room;
    this.#me = me;
  }

  readonly found: readonly Candidate[] = $derived.by(() => {
    const others = this.#members?.current?.rows.filter(({ id }) => id !== this.#me) ?? [];
    if (!this.#name) return [];
    const { term } = this.#name;
    const callsAll =
      this.#settings.current?.rights.includes('call-all') && everybody.name.startsWith(term.toLowerCase());
    const all = callsAll && others.length > 1 ? [{ person: everybody, address: m.name_everybody() }] : [];
    return [...candidates(others, term), ...all];
  });

  /** The one that Enter takes. */
  readonly index: number = $derived(Math.min(this.#index, this.found.length - 1));

  /** The caret stands there now. */
  look(text: string, caret: number): void {
    const name = namingAt(text, caret);
    if (name?.at !== this.#name?.at || name?.term !== this.#name?.term) this.#index = 0;
    if (name?.at !== this.#left) this.#left = null;
    // Nobody is asked who is there before somebody shall be named.
    if (name) this.#members ??= new Following(this.#people.members(this.#room, { start: 0, end: most }));
    this.#name = name?.at === this.#left ? null : name;
  }

  move(by: 1 | -1): void {
    const count = this.found.length;
    if (count > 0) this.#index = (this.index + by + count) % count;
  }

  /** What the name is replaced by: the text from `at` on for `length` characters. */
  take(index: number): { at: number; length: number; insert: string; person: Person } | null {
    const [candidate, name] = [this.found[index], this.#name];
    if (!candidate || !name) return null;
    const { person } = candidate;
    this.#name = null;
    return { at: name.at, length: name.term.length + 1, insert: `@${person.name} `, person };
  }

  leave(): void {
    this.#left = this.#name?.at ?? null;
    this.#name = null;
  }
}
