import type { People } from '$lib/matrix/ports';
import type { Member, RoomId } from '$lib/matrix/values';
import { Windowed } from '$lib/matrix/windowed.svelte';

/** Those who are in a room or invited to it. */
export class Members {
  readonly #window: Windowed<Member>;
  /** Those alone whose name or address holds it. */
  term = $state('');

  constructor(people: People, room: RoomId) {
    this.#window = new Windowed((range) => people.members(room, range, this.term.trim()));
  }

  /** Undefined until the first are here. */
  get total(): number | undefined {
    return this.#window.slice?.total;
  }

  at(index: number): Member | undefined {
    return this.#window.at(index);
  }

  show(first: number, last: number): void {
    this.#window.show(first, last);
  }
}
