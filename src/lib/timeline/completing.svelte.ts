import type { FindSigns, NamedSign } from '$lib/emoji/finding';
import { everybody } from '$lib/matrix/everybody';
import { Following } from '$lib/matrix/following.svelte';
import type { People, Rooms } from '$lib/matrix/ports';
import type { Member, Person, RoomId, RoomSettings, Slice, UserId } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import { getLocale } from '$lib/paraglide/runtime';
import { candidates, termAt, type Candidate, type Term } from './completion';

/** Members that are looked through. */
const most = 2_000;

type Ports = { readonly people: Pick<People, 'members'>; readonly rooms: Pick<Rooms, 'settings'> };
const signs = async (): Promise<FindSigns> => (await import('$lib/emoji/finding')).signFinder(getLocale());

/** What is offered. */
export type Offer = Candidate | ({ readonly kind: 'sign' } & NamedSign);

/** Whom or which sign one may mean by what is being written. */
export class Completing {
  readonly #people: Ports['people'];
  readonly #loadSigns: () => Promise<FindSigns>;
  readonly #settings: Following<RoomSettings>;
  readonly #room: RoomId;
  readonly #me: UserId;
  #members = $state.raw<Following<Slice<Member>>>();
  /** `asked`: the names of the signs are on their way. */
  #signs = $state.raw<FindSigns | 'asked'>();
  #term = $state.raw<Term | null>(null);
  /** The `@` or `:` that she does not want to be asked about. */
  #left: number | null = null;
  #index = $state(0);

  constructor(ports: Ports, room: RoomId, me: UserId, loadSigns = signs) {
    this.#people = ports.people;
    this.#loadSigns = loadSigns;
    this.#settings = new Following(ports.rooms.settings(room));
    this.#room = room;
    this.#me = me;
  }

  readonly found: readonly Offer[] = $derived.by(() => {
    if (!this.#term) return [];
    const { kind, term } = this.#term;
    return kind === 'person' ? this.#peopleBy(term) : this.#signsBy(term);
  });

  /** The one that Enter takes. */
  readonly index: number = $derived(Math.min(this.#index, this.found.length - 1));

  /** The caret stands there now. */
  look(text: string, caret: number): void {
    const term = termAt(text, caret);
    if (term?.at !== this.#term?.at || term?.term !== this.#term?.term) this.#index = 0;
    if (term?.at !== this.#left) this.#left = null;
    // Nobody is asked who is there before somebody shall be named.
    if (term?.kind === 'person')
      this.#members ??= new Following(this.#people.members(this.#room, { start: 0, end: most }));
    if (term?.kind === 'sign') void this.#askSigns();
    this.#term = term?.at === this.#left ? null : term;
  }

  move(by: 1 | -1): void {
    const count = this.found.length;
    if (count > 0) this.#index = (this.index + by + count) % count;
  }

  /** What the term is replaced by: the text from `at` on for `length` characters; `person`: who is named by it. */
  take(index: number): { at: number; length: number; insert: string; person: Person | null } | null {
    const [offer, term] = [this.found[index], this.#term];
    if (!offer || !term) return null;
    this.#term = null;
    const place = { at: term.at, length: term.term.length + 1 };
    if (offer.kind === 'sign') return { ...place, insert: `${offer.sign} `, person: null };
    return { ...place, insert: `@${offer.person.name} `, person: offer.person };
  }

  leave(): void {
    this.#left = this.#term?.at ?? null;
    this.#term = null;
  }

  #peopleBy(term: string): readonly Offer[] {
    const others = this.#members?.current?.rows.filter(({ id }) => id !== this.#me) ?? [];
    const callsAll =
      this.#settings.current?.rights.includes('call-all') && everybody.name.startsWith(term.toLowerCase());
    const found = candidates(others, term);
    if (!callsAll || others.length < 2) return found;
    return [...found, { kind: 'person', person: everybody, address: m.name_everybody() }];
  }

  #signsBy(term: string): readonly Offer[] {
    if (typeof this.#signs !== 'function') return [];
    return this.#signs(term).map((one) => ({ kind: 'sign', ...one }));
  }

  async #askSigns(): Promise<void> {
    if (this.#signs !== undefined) return;
    this.#signs = 'asked';
    // Where they cannot be had what one writes stays as it is; the next `:` asks again.
    this.#signs = await this.#loadSigns().catch(() => undefined);
  }
}
