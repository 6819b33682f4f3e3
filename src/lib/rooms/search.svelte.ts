import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { AccountPorts } from '$lib/matrix/ports';
import type { Conversation, OpenRoom, Person, RoomId } from '$lib/matrix/values';
import { MessageSearch } from './message-search.svelte';

/** ms after the last key before the zone is asked. */
const pause = 180;
const most = 8;
/** Signs from which on messages are looked for: one stands in nearly all of them. */
const least = 2;

type Found =
  | { readonly state: 'searching' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'found'; readonly people: readonly Person[]; readonly rooms: readonly OpenRoom[] };

/** One field that finds conversations, people, open rooms and what was said; or what was said in one conversation. */
export class Search {
  readonly messages: MessageSearch;
  readonly #ports: AccountPorts;
  #scope = $state.raw<Conversation | null>(null);
  #sent = $state(0);
  #term = $state('');
  #found = $state.raw<Found>({ state: 'found', people: [], rooms: [] });
  #failure = $state.raw<Failure>();
  #opening = $state(false);
  #asking: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  readonly #wanted = $derived(this.#term.trim());
  readonly #mine = $derived.by(() =>
    this.#wanted === '' || this.#scope !== null ? null : new Following(this.#ports.conversations.search(this.#wanted))
  );
  #held: readonly Conversation[] = [];

  constructor(ports: AccountPorts) {
    this.#ports = ports;
    this.messages = new MessageSearch(ports.search);
  }

  get term(): string {
    return this.#term;
  }

  set term(term: string) {
    if (term === this.#term) return;
    this.#term = term;
    this.#begin();
  }

  /** The conversation in which alone one looks for what was said; null: everywhere. */
  get scope(): Conversation | null {
    return this.#scope;
  }

  /** How often one was sent to the field: each time it takes the focus. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends one to the field, to look in one conversation alone, or everywhere for the same. */
  lookIn(scope: Conversation | null): void {
    if (scope) this.#term = '';
    this.#scope = scope;
    this.#sent++;
    this.#begin();
  }

  leave(): void {
    this.#scope = null;
    this.term = '';
  }

  get active(): boolean {
    return this.#wanted !== '' || this.#scope !== null;
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

  readonly nothing = $derived.by(() => {
    const { state } = this.#found;
    if (this.#wanted === '' || state !== 'found') return false;
    if (this.conversations.length + this.people.length + this.rooms.length > 0) return false;
    const { found, looking } = this.messages;
    return this.#wanted.length < least || (found?.messages.length === 0 && !looking);
  });

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

  #begin(): void {
    this.#failure = undefined;
    this.#turn++;
    clearTimeout(this.#asking);
    this.#found = { state: 'found', people: [], rooms: [] };
    if (this.#wanted === '') return this.messages.look(null);
    if (this.#scope === null) this.#found = { state: 'searching' };
    this.#asking = setTimeout(() => void this.#ask(), pause);
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    const term = this.#wanted;
    const room = this.#scope?.id;
    this.messages.look(term.length < least ? null : { term, room });
    if (room !== undefined) return;
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
