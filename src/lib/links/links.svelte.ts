import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { Links as Port } from '$lib/matrix/ports';
import type { Body, Conversation, EventId, LinkPreview, LinksWanted, RoomId } from '$lib/matrix/values';
import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { firstLink } from './first-link';

/** px that a card takes under its message, with what is between them. */
const height = 92;

type Room = Pick<Conversation, 'id' | 'sealed'>;
type Said = { readonly event: EventId | null; readonly body: Body };

/** What links lead to, for one account: where it is shown, and what is known of it. */
export class Links {
  readonly #port: Port;
  readonly #own: string;
  readonly #wanted: Following<LinksWanted>;
  readonly #attempt = new Attempt();
  /** What is being chosen stands as it was meant, until it is so or could not be. */
  #meant = $state.raw<{ readonly where: RoomId | 'everywhere'; readonly shown: boolean } | null>(null);
  /** By address; null: there is nothing to show. */
  readonly #known = new SvelteMap<string, LinkPreview | null>();
  readonly #asked = new SvelteSet<string>();
  /** In what messages say, which is the same object as long as it says the same. */
  readonly #links = new WeakMap<Body, { readonly first: string | null }>();

  /** `own`: the origin of this app. */
  constructor(port: Port, own: string) {
    this.#port = port;
    this.#own = own;
    this.#wanted = new Following(port.wanted());
  }

  /** The zone looks at pages, as far as one knows. */
  get offered(): boolean {
    return this.#wanted.current?.offered ?? false;
  }

  get everywhere(): boolean {
    return this.#meantIn('everywhere') ?? this.#wanted.current?.everywhere ?? false;
  }

  /** Why the last choice could not be kept. */
  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  shownIn(room: Room): boolean {
    const chosen = this.#meantIn(room.id) ?? this.#wanted.current?.rooms[room.id];
    return this.offered && this.everywhere && (chosen ?? !room.sealed);
  }

  /** The link under which a card stands, below the message; null: none. */
  under({ event, body }: Said): string | null {
    if (event !== null && this.#wanted.current?.hidden.includes(event)) return null;
    const found = this.#links.get(body) ?? { first: firstLink(body, this.#own) };
    this.#links.set(body, found);
    return found.first;
  }

  /** px that the card of a message will take, before it has been drawn. */
  heightUnder(message: Said): number {
    const link = this.under(message);
    // What is measured is not estimated again when a card comes.
    return link === null || untrack(() => this.known(link)) === null ? 0 : height;
  }

  /** Undefined while it is not known. */
  known(link: string): LinkPreview | null | undefined {
    return this.#known.get(link);
  }

  /** Finds out what a link leads to; where the zone is away, who asks later asks anew. */
  async ask(link: string): Promise<void> {
    if (this.#asked.has(link)) return;
    this.#asked.add(link);
    try {
      this.#known.set(link, await this.#port.preview(link));
    } catch {
      this.#asked.delete(link);
    }
  }

  async setEverywhere(shown: boolean): Promise<void> {
    await this.#choose('everywhere', shown, () => this.#port.setEverywhere(shown));
  }

  /** What is usual is not kept: a conversation that becomes encrypted is as others that are. */
  async setIn({ id, sealed }: Room, shown: boolean): Promise<void> {
    await this.#choose(id, shown, () => this.#port.setIn(id, shown === !sealed ? null : shown));
  }

  async hide(event: EventId): Promise<void> {
    await this.#attempt.run(() => this.#port.hide(event));
  }

  #meantIn(where: RoomId | 'everywhere'): boolean | undefined {
    return this.#meant?.where === where ? this.#meant.shown : undefined;
  }

  async #choose(where: RoomId | 'everywhere', shown: boolean, command: () => Promise<void>): Promise<void> {
    this.#meant = { where, shown };
    await this.#attempt.run(command);
    this.#meant = null;
  }
}
