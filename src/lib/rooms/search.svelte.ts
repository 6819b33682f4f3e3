import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { AccountPorts } from '$lib/matrix/ports';
import type { Conversation, OpenRoom, Person, RoomId } from '$lib/matrix/values';

/** ms after the last key before the zone is asked. */
const pause = 180;
const most = 8;

type Found =
  | { readonly state: 'searching' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'found'; readonly people: readonly Person[]; readonly rooms: readonly OpenRoom[] };

/** One field that finds conversations, people and open rooms. */
export class Search {
  readonly #ports: AccountPorts;
  #term = $state('');
  #found = $state.raw<Found>({ state: 'found', people: [], rooms: [] });
  #failure = $state.raw<Failure>();
  #opening = $state(false);
  #asking: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  readonly #wanted = $derived(this.#term.trim());
  readonly #mine = $derived.by(() =>
    this.#wanted === '' ? null : new Following(this.#ports.conversations.search(this.#wanted))
  );
  #held: readonly Conversation[] = [];

  constructor(ports: AccountPorts) {
    this.#ports = ports;
  }

  get term(): string {
    return this.#term;
  }

  set term(term: string) {
    if (term === this.#term) return;
    this.#term = term;
    this.#failure = undefined;
    this.#turn++;
    clearTimeout(this.#asking);
    if (term.trim() === '') return;
    this.#found = { state: 'searching' };
    this.#asking = setTimeout(() => void this.#ask(), pause);
  }

  get active(): boolean {
    return this.#wanted !== '';
  }

  get found(): Found {
    return this.#found;
  }

  /** Those found before stay until the others are here, so that nothing flickers. */
  readonly conversations: readonly Conversation[] = $derived.by(() => {
    this.#held = this.#mine ? (this.#mine.current ?? this.#held) : [];
    return this.#held;
  });

  /** People one does not have a direct conversation with among those above. */
  readonly people: readonly Person[] = $derived.by(() => {
    if (this.#found.state !== 'found') return [];
    const isShown = ({ id }: Person) => this.conversations.some(({ person }) => person?.id === id);
    return this.#found.people.filter((person) => !isShown(person)).slice(0, most);
  });

  /** Open rooms one is not in. */
  readonly rooms: readonly OpenRoom[] = $derived(
    this.#found.state === 'found' ? this.#found.rooms.filter(({ joined }) => !joined).slice(0, most) : []
  );

  readonly nothing = $derived(
    this.#found.state === 'found' && this.conversations.length + this.people.length + this.rooms.length === 0
  );

  /** Why a person or a room that was chosen could not be opened. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  get opening(): boolean {
    return this.#opening;
  }

  /** The direct conversation with somebody; null where `failure` says why not. */
  write(person: Person): Promise<RoomId | null> {
    return this.#open(() => this.#ports.conversations.direct(person.id));
  }

  join(room: OpenRoom): Promise<RoomId | null> {
    return this.#open(() => this.#ports.conversations.join(room.id));
  }

  async retry(): Promise<void> {
    this.#found = { state: 'searching' };
    await this.#ask();
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const term = this.#term.trim();
    try {
      const [people, { rooms }] = await Promise.all([
        this.#ports.people.search(term),
        this.#ports.conversations.directory({ term })
      ]);
      if (turn === this.#turn) this.#found = { state: 'found', people, rooms };
    } catch (thrown) {
      if (turn === this.#turn) this.#found = { state: 'failed', failure: Failure.from(thrown) };
    }
  }

  async #open(find: () => Promise<RoomId>): Promise<RoomId | null> {
    if (this.#opening) return null;
    this.#opening = true;
    this.#failure = undefined;
    try {
      return await find();
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return null;
    } finally {
      this.#opening = false;
    }
  }
}
