import { Attempt } from '$lib/matrix/attempt.svelte';
import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { AccountPorts } from '$lib/matrix/ports';
import type { OpenRoom, RoomId, Timeline } from '$lib/matrix/values';

type Ports = Pick<AccountPorts, 'conversations' | 'timelines'>;
type State =
  | { readonly state: 'loading' }
  /** It tells nothing of itself, or is not there. */
  | { readonly state: 'unknown' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'here'; readonly room: OpenRoom; readonly timeline: Following<Timeline> | null };

/** A room that one is not in: what it tells of itself, what anybody may read, and the ways in. */
export class Visit {
  readonly #ports: Ports;
  readonly #room: string;
  readonly #via: readonly string[];
  #state = $state.raw<State>({ state: 'loading' });
  readonly #attempt = new Attempt();

  /** `room` is an id or an alias; `via` names servers that know it. */
  constructor(ports: Ports, room: string, via: readonly string[]) {
    this.#ports = ports;
    this.#room = room;
    this.#via = via;
  }

  get state(): State {
    return this.#state;
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  /** Why one did not come in, or could not ask. */
  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  /** What can be read of it; undefined while it is not here, null where nobody outside may. */
  readonly timeline: Timeline | null | undefined = $derived.by(() => {
    const here = this.#state;
    return here.state !== 'here' || here.timeline === null ? null : here.timeline.current;
  });

  async load(): Promise<void> {
    this.#state = { state: 'loading' };
    try {
      const room = await this.#ports.conversations.describe(this.#room, this.#via);
      const timeline = room.readable ? new Following(this.#ports.timelines.rows(room.id)) : null;
      this.#state = { state: 'here', room, timeline };
    } catch (thrown) {
      const failure = Failure.from(thrown);
      const isUnknown = failure.reason === 'not-found' || failure.reason === 'forbidden';
      this.#state = isUnknown ? { state: 'unknown' } : { state: 'failed', failure };
    }
  }

  async older(): Promise<void> {
    const here = this.#state;
    if (here.state !== 'here') return;
    // The rows themselves say where it fails.
    await this.#ports.timelines.older(here.room.id).catch(() => undefined);
  }

  /** The room, one being in it; null where `failure` says why not. */
  async join(): Promise<RoomId | null> {
    const joined = await this.#attempt.run(() => this.#ports.conversations.join(this.#room, this.#via));
    return joined && joined.done;
  }

  async knock(reason: string): Promise<void> {
    await this.#attempt.run(() => this.#ports.conversations.knock(this.#room, reason, this.#via));
  }
}
