/** A room of the stand-in: its events in the order of the server's one stream, and the state they make. */
export type Content = Readonly<Record<string, unknown>>;

/** As servers keep it (Matrix 1.16 client-server, "Room event format"); `order` is its place in the stream. */
export type Event = {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly origin_server_ts: number;
  readonly state_key?: string;
  content: Content;
  readonly order: number;
  /** The sending device's own name for it. */
  readonly transaction?: { readonly device: string; readonly id: string };
  redactedBecause?: Event;
};

export type Receipt = { readonly event: string; readonly type: string; readonly at: number; readonly order: number };

/** What moves a room up in a list (Synapse, `SLIDING_SYNC_DEFAULT_BUMP_EVENT_TYPES`). */
const bumps = new Set([
  'm.room.create',
  'm.room.message',
  'm.room.encrypted',
  'm.sticker',
  'm.call.invite',
  'm.poll.start',
  'org.matrix.msc3381.poll.start',
  'm.beacon_info'
]);

const keyOf = (type: string, stateKey: string): string => `${type}\n${stateKey}`;

export class Room {
  readonly id: string;
  readonly events: Event[] = [];
  readonly receipts = new Map<string, Receipt>();
  typing: { readonly people: ReadonlySet<string>; readonly order: number } = { people: new Set(), order: 0 };
  bump = 0;
  readonly #state = new Map<string, Event>();

  constructor(id: string) {
    this.id = id;
  }

  get last(): number {
    return this.events.at(-1)?.order ?? 0;
  }

  add(event: Event): void {
    this.events.push(event);
    if (event.state_key !== undefined) this.#state.set(keyOf(event.type, event.state_key), event);
    if (bumps.has(event.type)) this.bump = event.order;
  }

  state(type: string, stateKey = ''): Event | undefined {
    return this.#state.get(keyOf(type, stateKey));
  }

  get allState(): Event[] {
    return [...this.#state.values()];
  }

  /** A text of the room's state: its name, its topic. */
  text(type: string, field: string): string | undefined {
    const value = this.state(type)?.content[field];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  membership(user: string): string | undefined {
    return this.state('m.room.member', user)?.content.membership as string | undefined;
  }

  with(membership: string): Event[] {
    return this.allState.filter(({ type, content }) => type === 'm.room.member' && content.membership === membership);
  }

  /** The place of an event of this stream, or that of the first one after it. */
  indexAfter(order: number): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.events[middle]?.order ?? 0) <= order) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Events after one place of the stream, oldest first. */
  since(order: number): Event[] {
    return this.events.slice(this.indexAfter(order));
  }

  event(id: string): Event | undefined {
    return this.events.find((event) => event.event_id === id);
  }
}

/** An event as one device is shown it; `room` where the answer does not say it elsewhere. */
export function shown(event: Event, device: string, room?: string): Content {
  const { order: _order, transaction, redactedBecause, ...known } = event;
  const unsigned = {
    age: Math.max(0, Date.now() - event.origin_server_ts),
    ...(transaction?.device === device ? { transaction_id: transaction.id } : {}),
    ...(redactedBecause ? { redacted_because: shown(redactedBecause, device) } : {})
  };
  return { ...known, unsigned, ...(room ? { room_id: room } : {}) };
}

/** What an invitation shows of a room (Matrix 1.16 client-server, "Stripped state"). */
export const stripped = ({ type, sender, state_key, content }: Event): Content => ({
  type,
  sender,
  state_key,
  content
});
