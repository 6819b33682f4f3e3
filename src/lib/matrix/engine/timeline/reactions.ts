import { settle } from '../../settle.ts';
import { bare, clearer, sameSign } from '../../sign.ts';
import type { EventId, Person, Reaction, UserId } from '../../values.ts';
import type { Namebook } from './namebook.ts';

type Given = { readonly event: EventId; readonly key: string; readonly sender: UserId; readonly at: number };
/** Of one key: how it is written, when it came first, and by which events each person gave it. */
type Tally = { key: string; first: number; readonly people: Map<UserId, Set<EventId>> };

/** Keys that cross to the page, and those that are counted: a flood of others costs nothing. */
const mostShown = 50;
const mostCounted = 500;
const mostNames = 10;

/** The reactions to one event. */
export class Reactions {
  /** By the bare key. */
  readonly #tallies = new Map<string, Tally>();
  readonly #given = new Map<EventId, Given>();
  #changed = true;
  #names = -1;
  #value: readonly Reaction[] = [];

  /** A second one of the same person by the same key counts once. */
  add(given: Given): void {
    const { event, key, sender, at } = given;
    if (this.#given.has(event)) return;
    const name = bare(key);
    const tally = this.#tallies.get(name) ?? { key, first: at, people: new Map<UserId, Set<EventId>>() };
    if (!this.#tallies.has(name) && this.#tallies.size >= mostCounted) return;
    tally.key = clearer(tally.key, key);
    tally.first = Math.min(tally.first, at);
    tally.people.set(sender, (tally.people.get(sender) ?? new Set()).add(event));
    this.#tallies.set(name, tally);
    this.#given.set(event, given);
    this.#changed = true;
  }

  remove(event: EventId): void {
    const given = this.#given.get(event);
    const tally = given && this.#tallies.get(bare(given.key));
    if (!given || !tally) return;
    this.#given.delete(event);
    this.#changed = true;
    const events = tally.people.get(given.sender);
    events?.delete(event);
    if (events?.size === 0) tally.people.delete(given.sender);
    if (tally.people.size === 0) this.#tallies.delete(bare(given.key));
  }

  /** The events by which somebody gave a key. */
  by(person: UserId, key: string): readonly EventId[] {
    return [...(this.#tallies.get(bare(key))?.people.get(person) ?? [])];
  }

  keyOf(event: EventId): string | undefined {
    return this.#given.get(event)?.key;
  }

  read(book: Namebook, me: UserId): readonly Reaction[] {
    if (!this.#changed && this.#names === book.version) return this.#value;
    this.#changed = false;
    this.#names = book.version;
    const tallies = [...this.#tallies.values()];
    const used = tallies.map(({ people }) => people.size).sort((a, b) => b - a);
    const fewest = used[mostShown - 1] ?? 0;
    const shown = tallies
      .filter(({ people }) => people.size >= fewest)
      .slice(0, mostShown)
      .sort((a, b) => a.first - b.first);
    const value = shown.map(({ key, people }) => ({
      key,
      count: people.size,
      mine: people.has(me),
      people: firstOf(people.keys(), mostNames).map((user) => book.person(user))
    }));
    this.#value = settle(this.#value, value);
    return this.#value;
  }
}

/** The same with what one has given, or taken back, and the server has not told yet. */
export function withOwn(
  before: readonly Reaction[],
  own: readonly { readonly key: string; readonly given: boolean }[],
  me: Person
): readonly Reaction[] {
  let reactions = before;
  for (const { key, given } of own) {
    const known = reactions.find((reaction) => sameSign(reaction.key, key));
    if ((known?.mine ?? false) === given) continue;
    const others = known?.people.filter(({ id }) => id !== me.id) ?? [];
    const count = (known?.count ?? 0) + (given ? 1 : -1);
    const next = { key: clearer(known?.key ?? key, key), count, mine: given, people: given ? [...others, me] : others };
    if (!known) reactions = [...reactions, next];
    else reactions = reactions.flatMap((one) => (one !== known ? [one] : count > 0 ? [next] : []));
  }
  return reactions;
}

function firstOf<T>(items: Iterable<T>, most: number): T[] {
  const found: T[] = [];
  for (const item of items) {
    if (found.length === most) break;
    found.push(item);
  }
  return found;
}
