import { isLocalpart, userIdFrom } from '../../../../protocol/address.ts';
import { Failure } from '../failure.ts';
import type {
  Body,
  Door,
  EventId,
  History,
  LinkPreview,
  Membership,
  Notify,
  Person,
  PushTarget,
  Registration,
  RoomId,
  Shelf,
  Source,
  UserId
} from '../values.ts';
import { FakeBrowser } from './browser.ts';
import { FakeRoom, type Content, type RoomEvent } from './room.ts';
import type { Handshake } from './verification.ts';

export type Arrangement = { readonly notify: Notify; readonly shelf: Shelf };

/** What the zone knows of a person. `password` is null for somebody of another zone. */
export type Resident = {
  readonly id: UserId;
  name: string;
  photo?: Source;
  about?: string;
  password: string | null;
  deactivated: boolean;
  /** Where her browsers are reached with no page open, by their keys. */
  readonly pushers: Map<string, PushTarget>;
  /** How she has arranged her conversations. */
  readonly arrangements: Map<RoomId, Arrangement>;
  readonly devices: Set<string>;
  readonly deviceNames: Map<string, string>;
  /** Secret storage and key backup: what the devices that are let in can read, the key gives back. */
  recovery: { readonly key: string; readonly devices: Set<string> } | null;
  handshake: Handshake | null;
  /** Words that address her wherever they are said, and those of whom she hears nothing. */
  readonly words: Set<string>;
  readonly quiet: Set<UserId>;
  /** She wants to see nowhere what links lead to. */
  withoutLinks: boolean;
  /** Those whom she has verified, by what proved it then. */
  readonly trusts: Map<UserId, string>;
};

export type ZoneOptions = {
  name?: string;
  registration?: Registration;
  /** The clock, ms since the epoch. */
  now?: () => number;
  /** Codes that let somebody in while registration is by invitation; each works once. */
  invitations?: readonly string[];
  /** The token of the one-time link that makes an administrator. */
  administratorToken?: string;
  /** Wrong passwords from one browser until it is locked out. */
  attempts?: number;
  /** Bytes of the largest file. */
  largestFile?: number;
};

/** A zone in memory: people, rooms and one stream of events, to which any number of browsers attach. */
export class FakeZone {
  readonly name: string;
  readonly now: () => number;
  readonly attempts: number;
  readonly people = new Map<UserId, Resident>();
  readonly rooms = new Map<RoomId, FakeRoom>();
  /** Files by their addresses. */
  readonly media = new Map<string, Blob>();
  /** What pages say of themselves, by their addresses; null: the zone does not look. */
  pages: Map<string, LinkPreview> | null = new Map();
  readonly largestFile: number;
  readonly plaza: FakeRoom;
  registration: Registration;
  administratorToken: string | null;
  readonly #invitations: Set<string>;
  readonly #watchers = new Set<() => void>();
  #place = 0;
  #names = 0;

  constructor(options: ZoneOptions = {}) {
    this.name = options.name ?? 'zone.example';
    this.registration = options.registration ?? 'open';
    this.now = options.now ?? (() => Date.now());
    this.attempts = options.attempts ?? 10;
    this.largestFile = options.largestFile ?? 50 * 1024 * 1024;
    this.administratorToken = options.administratorToken ?? null;
    this.#invitations = new Set(options.invitations);
    const zone = this.meet({ id: `@zone:${this.name}` as UserId, name: 'zone' });
    this.plaza = this.open(zone.id, { name: 'Plaza', door: 'open', alias: `#plaza:${this.name}` });
  }

  /** The end of the stream. */
  get place(): number {
    return this.#place;
  }

  /** A browser attached to this zone. `latency`: ms of each round trip. */
  browser(options: { latency?: number } = {}): FakeBrowser {
    return new FakeBrowser(this, options.latency ?? 0);
  }

  /** Makes an account and brings it into the plaza. */
  enrol(form: { name: string; password: string; invitation?: string }): Resident {
    if (this.registration === 'closed') throw new Failure('registration-closed');
    const invited = this.registration === 'open' || this.#invitations.has(form.invitation ?? '');
    if (!invited) throw new Failure('invitation-invalid');
    if (!isLocalpart(form.name)) throw new Failure('name-invalid');
    const id = `@${form.name}:${this.name}` as UserId;
    if (this.people.has(id)) throw new Failure('name-taken');
    if (form.password.length < 8) throw new Failure('password-weak');
    this.#invitations.delete(form.invitation ?? '');
    const resident = this.meet({ id, name: form.name }, form.password);
    this.change(this.plaza, id, { type: 'member', person: id, membership: 'joined', invited: false });
    return resident;
  }

  /** Makes a person known without an account, as somebody of another zone is. */
  meet(person: Person, password: string | null = null): Resident {
    const resident: Resident = {
      ...person,
      password,
      deactivated: false,
      pushers: new Map(),
      arrangements: new Map(),
      devices: new Set(),
      deviceNames: new Map(),
      recovery: null,
      handshake: null,
      trusts: new Map(),
      withoutLinks: false,
      words: new Set(),
      quiet: new Set()
    };
    this.people.set(person.id, resident);
    return resident;
  }

  /** The person that a name means. Fails with not-found. */
  resident(name: string): Resident {
    const found = this.people.get(userIdFrom(name, this.name) ?? (name as UserId));
    if (!found || found.deactivated) throw new Failure('not-found');
    return found;
  }

  person(id: UserId): Person {
    const { name = id, photo } = this.people.get(id) ?? {};
    return { id, name, ...(photo && { photo }) };
  }

  /** Makes a room as the server does; its creator joins. */
  open(
    creator: UserId,
    form: {
      name?: string;
      topic?: string | undefined;
      door?: Door;
      history?: History;
      holds?: readonly RoomId[];
      sealed?: boolean;
      direct?: boolean;
      alias?: string;
    }
  ): FakeRoom {
    const id = `!${this.coin('room')}` as RoomId;
    const { door = 'invitation', history = 'members', direct = false, alias, holds } = form;
    const room = new FakeRoom(id, { door, history, direct, creator, ...(alias && { alias }), ...(holds && { holds }) });
    this.rooms.set(id, room);
    this.change(room, creator, { type: 'created' });
    this.change(room, creator, { type: 'member', person: creator, membership: 'joined', invited: false });
    if (form.sealed) this.change(room, creator, { type: 'sealed' });
    if (form.name) this.change(room, creator, { type: 'named', text: form.name });
    if (form.topic) this.change(room, creator, { type: 'topic', text: form.topic });
    return room;
  }

  /** Something happens in a room. `at` places it in the past, for examples. */
  change(room: FakeRoom, sender: UserId, content: Content, at = this.now()): RoomEvent {
    const event = { id: `$${this.coin('event')}` as EventId, place: ++this.#place, at, sender, content };
    room.append(event);
    if (content.type === 'message') room.typing.delete(sender);
    this.changed();
    return event;
  }

  /** Somebody says something, from no browser; in an encrypted room every device there is given the key. */
  say(
    room: FakeRoom,
    sender: UserId,
    said: string | Body,
    options: { at?: number; edited?: boolean; mentions?: readonly UserId[] | 'room' } = {}
  ): RoomEvent {
    const body: Body = typeof said === 'string' ? { type: 'text', style: 'plain', text: said } : said;
    const keyFor = room.state().sealed ? this.devices(room) : null;
    const { edited = false, mentions } = options;
    const content = { type: 'message', body, edited, keyFor, from: null, ...(mentions && { mentions }) } as const;
    return this.change(room, sender, content, options.at);
  }

  /** Somebody answers a message by a sign, says it better, or takes anything of that back. */
  react(room: FakeRoom, sender: UserId, to: EventId, key: string): RoomEvent {
    return this.change(room, sender, { type: 'reaction', to, key });
  }

  edit(room: FakeRoom, sender: UserId, of: EventId, text: string): RoomEvent {
    return this.change(room, sender, { type: 'edit', of, body: { type: 'text', style: 'plain', text } });
  }

  delete(room: FakeRoom, sender: UserId, of: EventId): RoomEvent {
    return this.change(room, sender, { type: 'deletion', of });
  }

  /** Somebody calls; nobody answers. */
  ring(room: FakeRoom, sender: UserId): void {
    room.ring({ place: ++this.#place, sender });
    this.changed();
  }

  member(room: FakeRoom, sender: UserId, person: UserId, membership: Membership | 'removed' | 'banned'): void {
    const invited = room.membership(person) === 'invited';
    if (membership === 'banned') room.banned.add(person);
    this.change(room, sender, { type: 'member', person, membership, invited });
  }

  /** The devices of all who are in a room or invited: those that a key is sent to. */
  devices(room: FakeRoom): Set<string> {
    const present = [...room.state().standings].filter(([, { membership }]) => membership !== 'left');
    return new Set(present.flatMap(([person]) => [...(this.people.get(person)?.devices ?? [])]));
  }

  read(room: FakeRoom, person: UserId, event: RoomEvent): void {
    room.receive({ place: ++this.#place, person, upTo: event.place });
    this.changed();
  }

  /** A name never given before. */
  coin(kind: string): string {
    return `${kind}${String(++this.#names).padStart(6, '0')}`;
  }

  watch(run: () => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  changed(): void {
    for (const run of [...this.#watchers]) run();
  }
}
