import type { Act, EventId, Reaction, UserId } from '../../values.ts';
import type { Pending } from './acts.ts';
import { isOpen, relationOf, type Entry } from './entry.ts';
import type { Namebook } from './namebook.ts';
import { Reactions, withOwn } from './reactions.ts';

/** A valid replacement of what an event says. */
export type Edit = { readonly event: EventId; readonly content: Record<string, unknown> };
type Candidate = Edit & { readonly at: number; readonly type: string };

/** Edits of one event by one person that are kept: when the newest is deleted, the one before it holds. */
const mostEdits = 20;

const none: readonly Reaction[] = [];

/** The later one, and of two at one time the one whose id sorts later (Matrix 1.16, "Event replacements"). */
const isLater = (a: Candidate, b: Candidate) => a.at > b.at || (a.at === b.at && a.event > b.event);

/**
 * What events do to others: edits, reactions and deletions, by the event that they change, which may come after them or
 * never. Taking an event in costs the same however many there are.
 */
export class Relations {
  readonly #deleted = new Set<EventId>();
  readonly #edits = new Map<EventId, Map<UserId, Candidate[]>>();
  readonly #reactions = new Map<EventId, Reactions>();
  /** By the reaction: what it reacts to. */
  readonly #reactedTo = new Map<EventId, EventId>();
  /** By what it is done to: what one has done and the server has not told yet. */
  #pending = new Map<EventId, readonly Pending[]>();

  take(entry: Entry): void {
    if (entry.edit) this.#takeEdit(entry.edit);
    if (entry.raw.state_key !== undefined) return;
    if (entry.raw.type === 'm.room.redaction') this.#delete(entry.raw.content.redacts ?? entry.raw.redacts);
    else if (relationOf(entry)?.type === 'm.annotation') this.#takeReaction(entry);
    else this.#takeEdit(entry);
  }

  isDeleted(event: EventId): boolean {
    return this.#deleted.has(event);
  }

  /** From now on these stand over what the events say; those of before do not. */
  pend(acts: readonly Pending[]): void {
    this.#pending = Map.groupBy(acts, ({ target }) => this.#reactedTo.get(target) ?? target);
  }

  /** Deleted, or by oneself and the server does not know yet. */
  isGone(event: EventId): boolean {
    return this.isDeleted(event) || this.#on(event).some((act) => act.does === 'deletion' && act.target === event);
  }

  /** What one has done to an event that is not settled. */
  actOn(event: EventId): Act | null {
    const acts = this.#pending.get(event) ?? [];
    const act = acts.find(({ failed }) => failed !== null) ?? acts.at(-1);
    if (!act) return null;
    const does = act.target === event ? act.does : 'reaction';
    return { does, transaction: act.transaction, failed: act.failed };
  }

  /** The events by which somebody has given a key. */
  reactionsBy(person: UserId, event: EventId, key: string): readonly EventId[] {
    return (this.#reactions.get(event)?.by(person, key) ?? []).filter((one) => !this.isGone(one));
  }

  /** The edit that holds for an event: its sender's own, of the same kind, and sealed where it was sealed. */
  editOf({ raw }: Entry): Edit | undefined {
    // What is not accepted is shown too, for who wrote it: it says beside it that it was not.
    const own = this.#pending.get(raw.event_id)?.findLast((act) => act.does === 'edit');
    if (own?.does === 'edit') return { event: raw.event_id, content: own.content };
    let latest: Candidate | undefined;
    for (const edit of this.#edits.get(raw.event_id)?.get(raw.sender) ?? []) {
      // A server could write a plain edit of an encrypted message.
      if (edit.type !== raw.type || this.#deleted.has(edit.event)) continue;
      if (!latest || isLater(edit, latest)) latest = edit;
    }
    return latest;
  }

  /** The same object while nothing about it has changed. */
  reactionsTo(event: EventId, book: Namebook, me: UserId): readonly Reaction[] {
    const told = this.#reactions.get(event)?.read(book, me) ?? none;
    const own = this.#on(event).flatMap((act) => {
      if (act.does === 'reaction') return [{ key: act.key, given: true }];
      const key = act.target === event ? undefined : this.#reactions.get(event)?.keyOf(act.target);
      return act.does === 'deletion' && key !== undefined ? [{ key, given: false }] : [];
    });
    return own.length > 0 ? withOwn(told, own, book.person(me)) : told;
  }

  #on(event: EventId): readonly Pending[] {
    return (this.#pending.get(this.#reactedTo.get(event) ?? event) ?? []).filter(({ failed }) => failed === null);
  }

  /** The event is no longer what it was: its content is gone. A redaction by a server's own word needs no other proof. */
  #delete(target: unknown): void {
    if (typeof target !== 'string') return;
    const event = target as EventId;
    this.#deleted.add(event);
    const reactedTo = this.#reactedTo.get(event);
    if (reactedTo !== undefined) this.#reactions.get(reactedTo)?.remove(event);
  }

  #takeReaction(entry: Entry): void {
    const { raw, opened } = entry;
    const target = relationOf(entry)?.event;
    const key = keyOf(raw.content) ?? (isOpen(opened) ? keyOf(opened.content) : undefined);
    if (!isOpen(opened) || opened.type !== 'm.reaction' || key === undefined || target === undefined) return;
    if (this.#deleted.has(raw.event_id)) return;
    const reactions = this.#reactions.get(target) ?? new Reactions();
    this.#reactions.set(target, reactions);
    this.#reactedTo.set(raw.event_id, target);
    reactions.add({ event: raw.event_id, key, sender: raw.sender, at: raw.origin_server_ts });
  }

  #takeEdit(entry: Entry): void {
    const { raw, opened } = entry;
    const related = relationOf(entry);
    if (related?.type !== 'm.replace' || raw.state_key !== undefined || !isOpen(opened)) return;
    const content = opened.content['m.new_content'];
    if (typeof content !== 'object' || content === null || Object.keys(content).length === 0) return;
    const bySender = this.#edits.get(related.event) ?? new Map<UserId, Candidate[]>();
    this.#edits.set(related.event, bySender);
    const kept = bySender.get(raw.sender) ?? [];
    if (kept.some(({ event }) => event === raw.event_id)) return;
    kept.push({
      event: raw.event_id,
      at: raw.origin_server_ts,
      type: raw.type,
      content: content as Record<string, unknown>
    });
    if (kept.length > mostEdits) kept.sort((a, b) => (isLater(a, b) ? 1 : -1)).shift();
    bySender.set(raw.sender, kept);
  }
}

/** One may answer with any text; what is longer than a sign and its variants is not one. */
const longestKey = 255;

function keyOf(content: Record<string, unknown>): string | undefined {
  const related = content['m.relates_to'];
  if (typeof related !== 'object' || related === null) return undefined;
  const { key } = related as Record<string, unknown>;
  return typeof key === 'string' && key.trim() !== '' && key.length <= longestKey ? key : undefined;
}
