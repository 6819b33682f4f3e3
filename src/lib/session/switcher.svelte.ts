import { Following } from '$lib/matrix/following.svelte';
import { folded } from '$lib/matrix/folded';
import type { Failure } from '$lib/matrix/failure';
import type { AccountPorts } from '$lib/matrix/ports';
import type { Conversation, OpenRoom, Person, RoomId } from '$lib/matrix/values';
import { m } from '$lib/paraglide/messages';
import { pathOfLink } from '$lib/rooms/path';
import { Search } from '$lib/rooms/search.svelte';
import { isolate } from '$lib/ui/words';

/** Something to do, by its name. */
export type Command = {
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly sheet?: 'new' | 'open-rooms';
};
/** One line of what one can go to. */
export type Target = { readonly key: string } & (
  | { readonly kind: 'conversation'; readonly conversation: Conversation }
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'room'; readonly room: OpenRoom }
  | { readonly kind: 'command'; readonly command: Command }
);
/** Where a target leads. */
export type Place = { readonly room: RoomId } | { readonly command: Command };

/** Conversations that are offered before anything is written. */
const lately = 8;

/** Who has a link, or the address of a room, goes there. */
function linkIn(term: string): Command | null {
  const path = pathOfLink(term, location.origin);
  return path === null ? null : { id: 'link', label: m.switch_open_link({ place: isolate(term) }), path };
}

/** One field that leads to people, rooms and what there is to do, by the keyboard alone. */
export class Switcher {
  readonly #search: Search;
  readonly #recent: Following<{ readonly rows: readonly Conversation[] }>;
  readonly #commands: readonly Command[];
  #at = $state(0);

  constructor(ports: AccountPorts, commands: readonly Command[]) {
    this.#search = new Search(ports);
    this.#recent = new Following(ports.conversations.list({ start: 0, end: lately }));
    this.#commands = commands;
  }

  get term(): string {
    return this.#search.term;
  }

  set term(term: string) {
    this.#search.term = term;
    this.#at = 0;
  }

  get failure(): Failure | undefined {
    return this.#search.failure;
  }

  /** More may come. */
  get searching(): boolean {
    return this.#search.active && this.#search.found.state === 'searching';
  }

  get busy(): boolean {
    return this.#search.opening;
  }

  /** Conversations, then what there is to do, then whom and what the zone finds: what is there at once does not move. */
  readonly targets: readonly Target[] = $derived.by(() => {
    const isActive = this.#search.active;
    const conversations = isActive
      ? this.#search.conversations
      : (this.#recent.current?.rows ?? []).filter(({ membership }) => membership === 'joined');
    const wanted = folded(this.term.trim());
    const commands = this.#commands.filter(({ label }) => folded(label).includes(wanted));
    const link = linkIn(this.term.trim());
    return [
      ...(link ? [{ key: link.id, kind: 'command' as const, command: link }] : []),
      ...conversations.map((conversation) => ({
        key: conversation.id,
        kind: 'conversation' as const,
        conversation
      })),
      ...commands.map((command) => ({ key: command.id, kind: 'command' as const, command })),
      ...(isActive ? this.#search.people : []).map((person) => ({ key: person.id, kind: 'person' as const, person })),
      ...(isActive ? this.#search.rooms : []).map((room) => ({ key: `open ${room.id}`, kind: 'room' as const, room }))
    ];
  });

  /** The one that Enter goes to. */
  readonly active: Target | undefined = $derived(this.targets[Math.min(this.#at, this.targets.length - 1)]);

  readonly nothing = $derived.by(() => this.#search.active && this.targets.length === 0 && !this.searching);

  /** `by`: lines down; around at the ends. */
  move(by: number): void {
    const { length } = this.targets;
    if (length === 0) return;
    const from = Math.min(this.#at, length - 1);
    this.#at = (from + by + length) % length;
  }

  /** Where it leads; null where `failure` says why one does not get there. */
  async choose(target: Target | undefined = this.active): Promise<Place | null> {
    if (!target) return null;
    if (target.kind === 'command') return { command: target.command };
    if (target.kind === 'conversation') return { room: target.conversation.id };
    // A room is looked into before one comes in.
    if (target.kind === 'room') return { room: target.room.id };
    const room = await this.#search.write(target.person);
    return room && { room };
  }
}
