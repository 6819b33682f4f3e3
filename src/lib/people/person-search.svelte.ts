import { Failure } from '$lib/matrix/failure';
import type { Conversations, People } from '$lib/matrix/ports';
import type { Person, RoomId, UserId } from '$lib/matrix/values';

/** ms after the last key before the zone is asked. */
const pause = 180;

type State =
  | { readonly state: 'idle' }
  | { readonly state: 'searching' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'found'; readonly people: readonly Person[] };

/** Finds somebody by name or address, to write to her or to invite her. */
export class PersonSearch {
  readonly #people: People;
  readonly #conversations: Conversations;
  #term = $state('');
  #state = $state.raw<State>({ state: 'idle' });
  #failure = $state.raw<Failure>();
  #busy = $state<UserId | null>(null);
  #asking: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(people: People, conversations: Conversations) {
    this.#people = people;
    this.#conversations = conversations;
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
    if (term.trim() === '') {
      this.#state = { state: 'idle' };
      return;
    }
    if (this.#state.state !== 'found') this.#state = { state: 'searching' };
    this.#asking = setTimeout(() => void this.ask(), pause);
  }

  get state(): State {
    return this.#state;
  }

  /** Whom something is being done with. */
  get busy(): UserId | null {
    return this.#busy;
  }

  /** Why that failed. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  async ask(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const people = await this.#people.search(this.#term.trim());
      if (turn === this.#turn) this.#state = { state: 'found', people };
    } catch (thrown) {
      if (turn === this.#turn) this.#state = { state: 'failed', failure: Failure.from(thrown) };
    }
  }

  /** The direct conversation with somebody; null where `failure` says why not. */
  write(person: Person): Promise<RoomId | null> {
    return this.#with(person, () => this.#conversations.direct(person.id));
  }

  /** True when she is invited. */
  async invite(room: RoomId, person: Person): Promise<boolean> {
    return (await this.#with(person, async () => (await this.#conversations.invite(room, person.id), true))) ?? false;
  }

  async #with<T>(person: Person, command: () => Promise<T>): Promise<T | null> {
    if (this.#busy) return null;
    this.#busy = person.id;
    this.#failure = undefined;
    try {
      return await command();
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return null;
    } finally {
      this.#busy = null;
    }
  }
}
