import { clearer, sameSign } from '../sign.ts';
import type {
  Body,
  Door,
  EventId,
  GivenRole,
  History,
  Membership,
  Role,
  RoomId,
  Source,
  TransactionId,
  UserId
} from '../values.ts';

export type Content =
  | {
      readonly type: 'message';
      readonly body: Body;
      readonly edited: boolean;
      readonly answers?: EventId | null;
      /** The devices that were given the key; null in a room that is not encrypted. */
      readonly keyFor: Set<string> | null;
      readonly from: { readonly device: string; readonly transaction: TransactionId } | null;
      /** Whom it addresses; without it, whom its text names. */
      readonly mentions?: readonly UserId[] | 'room';
    }
  | Silent
  | {
      readonly type: 'member';
      readonly person: UserId;
      readonly membership: Membership | 'removed' | 'banned';
      /** She was invited until then, and not in. */
      readonly invited: boolean;
    }
  | { readonly type: 'called'; readonly name: string }
  | { readonly type: 'created' | 'sealed' }
  | { readonly type: 'named' | 'topic'; readonly text: string }
  | { readonly type: 'photo'; readonly photo: Source | null }
  | { readonly type: 'door'; readonly door: Door }
  | { readonly type: 'history'; readonly history: History }
  | { readonly type: 'keeps'; readonly keeps: number | null }
  | { readonly type: 'role'; readonly person: UserId; readonly role: GivenRole };

/** What changes another event and is no line of its own. */
export type Silent =
  | { readonly type: 'reaction'; readonly to: EventId; readonly key: string }
  | { readonly type: 'edit'; readonly of: EventId; readonly body: Body }
  | { readonly type: 'deletion'; readonly of: EventId }
  | { readonly type: 'pinned'; readonly events: readonly EventId[] }
  | { readonly type: 'address'; readonly address: string | null };

const silent: readonly Content['type'][] = [
  'reaction',
  'edit',
  'deletion',
  'pinned',
  'address'
] satisfies Silent['type'][];
const isSilent = (content: Content): content is Silent => silent.includes(content.type);

export type RoomEvent = {
  readonly id: EventId;
  /** The place in the zone's one stream: what a browser has synced is everything up to a place. */
  readonly place: number;
  readonly at: number;
  readonly sender: UserId;
  readonly content: Content;
};

/** A call that somebody began and nobody has answered. */
export type Ringing = { readonly place: number; readonly sender: UserId };

/** `upTo` is the place of the event that was read. */
type Receipt = { readonly place: number; readonly person: UserId; readonly upTo: number };

export type Standing = { readonly membership: Membership; readonly since: number; readonly by: UserId };

/** What others, and oneself, have done to an event since. `reactions`: who gave each key, in the order of coming. */
export type Fate = {
  readonly body: Body | null;
  readonly deleted: boolean;
  readonly reactions: ReadonlyMap<string, ReadonlySet<UserId>>;
};

/** What a browser that has synced up to a place knows of a room. */
export type RoomState = {
  readonly events: readonly RoomEvent[];
  /** Those that are a line of their own. */
  readonly lines: readonly RoomEvent[];
  readonly fates: ReadonlyMap<EventId, Fate>;
  readonly calls: readonly Ringing[];
  readonly standings: ReadonlyMap<UserId, Standing>;
  readonly read: ReadonlyMap<UserId, number>;
  readonly name: string;
  readonly topic: string;
  readonly sealed: boolean;
  readonly pinned: readonly EventId[];
  readonly door: Door;
  readonly history: History;
  readonly keeps: number | null;
  readonly photo: Source | null;
  readonly address: string | null;
};

export type RoomForm = {
  readonly door: Door;
  readonly history?: History;
  readonly direct: boolean;
  /** The rooms that stand in it, where it is a place. */
  readonly holds?: readonly RoomId[];
  readonly creator: UserId;
  readonly alias?: string;
};

/** A room at the fake zone: a log of events, and who has read how far. */
export class FakeRoom {
  readonly id: RoomId;
  readonly direct: boolean;
  readonly creator: UserId;
  readonly moderators = new Map<UserId, GivenRole>();
  readonly banned = new Set<UserId>();
  /** The rooms that stand in it, where it is a place. */
  readonly holds: Set<RoomId> | null;
  /** It stands in the directory. */
  listed: boolean;
  readonly typing = new Set<UserId>();
  /** As it began. */
  readonly form: RoomForm;
  readonly #events: RoomEvent[] = [];
  readonly #calls: Ringing[] = [];
  readonly #receipts: Receipt[] = [];
  readonly #states = new Map<number, RoomState>();

  constructor(id: RoomId, form: RoomForm) {
    this.id = id;
    this.direct = form.direct;
    this.creator = form.creator;
    this.listed = form.door !== 'invitation';
    this.form = form;
    this.holds = form.holds ? new Set(form.holds) : null;
  }

  /** Whether that device has sent something by that transaction. */
  has(from: { device: string; transaction: TransactionId }): boolean {
    return this.#events.some(
      ({ content }) =>
        content.type === 'message' &&
        content.from?.device === from.device &&
        content.from.transaction === from.transaction
    );
  }

  append(event: RoomEvent): void {
    this.#events.push(event);
    this.#states.clear();
  }

  ring(call: Ringing): void {
    this.#calls.push(call);
    this.#states.clear();
  }

  /** Moves somebody's read mark; never backwards. */
  receive(receipt: Receipt): void {
    if ((this.state().read.get(receipt.person) ?? 0) >= receipt.upTo) return;
    this.#receipts.push(receipt);
    this.#states.clear();
  }

  find(event: EventId): RoomEvent | undefined {
    return this.#events.find(({ id }) => id === event);
  }

  role(person: UserId): Role {
    return person === this.creator ? 'creator' : (this.moderators.get(person) ?? 'member');
  }

  membership(person: UserId, upTo = Infinity): Membership | null {
    return this.state(upTo).standings.get(person)?.membership ?? null;
  }

  /** The same with what is on its way from a browser. */
  stateWith(upTo: number, coming: readonly RoomEvent[]): RoomState {
    const state = this.state(upTo);
    return coming.length === 0 ? state : { ...state, fates: fatesOf([...state.events, ...coming]) };
  }

  /** The room as it stood at a place of the stream. */
  state(upTo = Infinity): RoomState {
    const known = this.#states.get(upTo);
    if (known) return known;
    const state = fold(
      this.form,
      this.#events.filter(({ place }) => place <= upTo),
      this.#receipts.filter(({ place }) => place <= upTo),
      this.#calls.filter(({ place }) => place <= upTo)
    );
    this.#states.set(upTo, state);
    return state;
  }
}

function fold(
  { door, alias, history = 'members' }: RoomForm,
  events: readonly RoomEvent[],
  receipts: readonly Receipt[],
  calls: readonly Ringing[]
): RoomState {
  const standings = new Map<UserId, Standing>();
  const read = new Map<UserId, number>();
  let [name, topic, sealed] = ['', '', false];
  let pinned: readonly EventId[] = [];
  const rules = {
    door,
    history,
    keeps: null as number | null,
    photo: null as Source | null,
    address: alias ?? null
  };
  for (const { place, sender, content } of events) {
    if (content.type === 'member') {
      const gone = content.membership === 'removed' || content.membership === 'banned';
      standings.set(content.person, {
        membership: gone ? 'left' : (content.membership as Membership),
        since: place,
        by: sender
      });
      if (content.membership === 'joined') read.set(content.person, place);
    } else if (content.type === 'message') read.set(sender, place);
    else if (content.type === 'named') name = content.text;
    else if (content.type === 'topic') topic = content.text;
    else if (content.type === 'sealed') sealed = true;
    else if (content.type === 'pinned') pinned = content.events;
    else if (content.type === 'door') rules.door = content.door;
    else if (content.type === 'history') rules.history = content.history;
    else if (content.type === 'keeps') rules.keeps = content.keeps;
    else if (content.type === 'photo') rules.photo = content.photo;
    else if (content.type === 'address') rules.address = content.address;
  }
  for (const { person, upTo } of receipts) read.set(person, Math.max(upTo, read.get(person) ?? 0));
  const lines = events.filter(({ content }) => !isSilent(content));
  return { events, calls, lines, fates: fatesOf(events), standings, read, name, topic, sealed, pinned, ...rules };
}

function fatesOf(events: readonly RoomEvent[]): Map<EventId, Fate> {
  const deleted = new Set(events.flatMap(({ content }) => (content.type === 'deletion' ? [content.of] : [])));
  const senders = new Map(events.map(({ id, sender }) => [id, sender]));
  const fates = new Map<EventId, { body: Body | null; deleted: boolean; reactions: Map<string, Set<UserId>> }>();
  const fateOf = (id: EventId) => {
    const fate = fates.get(id) ?? { body: null, deleted: deleted.has(id), reactions: new Map<string, Set<UserId>>() };
    fates.set(id, fate);
    return fate;
  };
  for (const id of deleted) fateOf(id);
  for (const { id, sender, content } of events) {
    if (deleted.has(id)) continue;
    if (content.type === 'edit' && senders.get(content.of) === sender) fateOf(content.of).body = content.body;
    if (content.type !== 'reaction') continue;
    const { reactions } = fateOf(content.to);
    const known = [...reactions.keys()].find((key) => sameSign(key, content.key));
    const people = reactions.get(known ?? content.key) ?? new Set();
    if (known !== undefined) reactions.delete(known);
    reactions.set(clearer(known ?? content.key, content.key), people.add(sender));
  }
  return fates;
}
