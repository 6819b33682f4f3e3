import { Following } from '$lib/matrix/following.svelte';
import type { Conversations } from '$lib/matrix/ports';
import type { Conversation, Person, RoomId, Slice } from '$lib/matrix/values';

/** How many conversations are looked through. */
const reach = 500;

/** The people one writes with, by name. */
export class Acquaintances {
  readonly #conversations: Following<Slice<Conversation>>;

  constructor(conversations: Conversations) {
    this.#conversations = new Following(conversations.list({ start: 0, end: reach }));
  }

  /** Undefined until it is known. Each person once, with the newest of the conversations with her. */
  readonly all: readonly { readonly person: Person; readonly room: RoomId }[] | undefined = $derived.by(() =>
    this.#conversations.current?.rows
      .flatMap(({ id, kind, person, membership }) =>
        kind === 'direct' && person && membership === 'joined' ? [{ person, room: id }] : []
      )
      .filter(({ person }, index, all) => all.findIndex((other) => other.person.id === person.id) === index)
      .sort((a, b) => a.person.name.localeCompare(b.person.name))
  );
}
