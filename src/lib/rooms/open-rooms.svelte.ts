import { Failure } from '$lib/matrix/failure';
import type { Conversations } from '$lib/matrix/ports';
import type { OpenRoom, RoomId } from '$lib/matrix/values';

type State =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'here'; readonly rooms: readonly OpenRoom[]; readonly more: string | null };
type Port = Pick<Conversations, 'directory' | 'join'>;

/** ms after the last key before a zone is asked. */
const pause = 200;

/** The rooms that a zone shows to who looks for some. */
export class OpenRooms {
  readonly #conversations: Port;
  #state = $state.raw<State>({ state: 'loading' });
  #failure = $state.raw<Failure>();
  #joining = $state<RoomId | null>(null);
  #isReading = $state(false);
  #term = $state('');
  #zone = $state('');
  #asking: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(conversations: Port) {
    this.#conversations = conversations;
  }

  get state(): State {
    return this.#state;
  }

  get joining(): RoomId | null {
    return this.#joining;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The next part is on its way. */
  get reading(): boolean {
    return this.#isReading;
  }

  get term(): string {
    return this.#term;
  }

  set term(term: string) {
    this.#term = term;
    this.#later();
  }

  /** Another zone's name; empty: this one. */
  get zone(): string {
    return this.#zone;
  }

  set zone(zone: string) {
    this.#zone = zone;
    this.#later();
  }

  /** Which servers know a room that was found. */
  get via(): readonly string[] {
    return this.#zone.trim() === '' ? [] : [this.#zone.trim()];
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    this.#state = { state: 'loading' };
    try {
      const found = await this.#ask();
      if (turn === this.#turn) this.#state = { state: 'here', ...found };
    } catch (thrown) {
      if (turn === this.#turn) this.#state = { state: 'failed', failure: Failure.from(thrown) };
    }
  }

  /** Reads on where there is more. */
  async more(): Promise<void> {
    const here = this.#state;
    if (here.state !== 'here' || here.more === null || this.#isReading) return;
    const turn = this.#turn;
    this.#isReading = true;
    this.#failure = undefined;
    try {
      const { rooms, more } = await this.#ask(here.more);
      const fresh = rooms.filter(({ id }) => !here.rooms.some((known) => known.id === id));
      if (turn === this.#turn) this.#state = { state: 'here', rooms: [...here.rooms, ...fresh], more };
    } catch (thrown) {
      if (turn === this.#turn) this.#failure = Failure.from(thrown);
    } finally {
      this.#isReading = false;
    }
  }

  /** The room, one being in it; null where `failure` says why not. */
  async enter(room: OpenRoom): Promise<RoomId | null> {
    if (room.joined) return room.id;
    if (this.#joining) return null;
    this.#joining = room.id;
    this.#failure = undefined;
    try {
      return await this.#conversations.join(room.id, this.via);
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return null;
    } finally {
      this.#joining = null;
    }
  }

  #later(): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => void this.load(), pause);
  }

  #ask(after?: string) {
    const [zone] = this.via;
    return this.#conversations.directory({ term: this.#term, ...(zone && { zone }), ...(after && { after }) });
  }
}
