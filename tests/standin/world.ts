/** What the stand-in's server knows: people, their devices and documents, and rooms, in one stream of changes. */
import { EventEmitter } from 'node:events';
import { Devices } from './devices.ts';
import { Room, type Content, type Event } from './room.ts';

export type Person = {
  readonly id: string;
  readonly password: string;
  name: string;
  /** Global account data, with the place in the stream of its last change. */
  readonly documents: Map<string, { content: Content; order: number }>;
  readonly rooms: Set<Room>;
};

export type Session = { readonly person: Person; readonly device: string };

type Draft = {
  type: string;
  sender: string;
  content: Content;
  stateKey?: string;
  at?: number;
  transaction?: Event['transaction'];
};

export class World {
  readonly name: string;
  readonly people = new Map<string, Person>();
  readonly rooms = new Map<string, Room>();
  readonly sessions = new Map<string, Session>();
  readonly devices = new Devices(() => this.#next());
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #order = 0;
  #ids = 0;

  constructor(name = 'standin.test') {
    this.name = name;
  }

  get order(): number {
    return this.#order;
  }

  #next(): number {
    this.#order++;
    // Told when whoever changes things has finished: those who wait look at the whole change.
    queueMicrotask(() => this.#changes.emit('change'));
    return this.#order;
  }

  /** A name that nothing else has. */
  id(prefix: string): string {
    return `${prefix}${(++this.#ids).toString(36).padStart(8, '0')}`;
  }

  /** Resolves at the next change, or when `signal` fires. */
  change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#changes.off('change', end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#changes.once('change', end);
      signal.addEventListener('abort', end, { once: true });
    });
  }

  addPerson(local: string, password: string, name = local): Person {
    const id = `@${local}:${this.name}`;
    const person: Person = { id, password, name, documents: new Map(), rooms: new Set() };
    this.people.set(id, person);
    return person;
  }

  /** Signs a person in on a new device. */
  enter(person: Person): { token: string; device: string } {
    const entered = { token: this.id('token'), device: this.id('DEVICE').toUpperCase() };
    this.sessions.set(entered.token, { person, device: entered.device });
    return entered;
  }

  leave(token: string): void {
    const session = this.sessions.get(token);
    this.sessions.delete(token);
    if (session) this.devices.remove(session.person.id, session.device);
  }

  addRoom(): Room {
    const room = new Room(`!${this.id('room')}:${this.name}`);
    this.rooms.set(room.id, room);
    return room;
  }

  add(room: Room, { type, sender, content, stateKey, at, transaction }: Draft): Event {
    const event: Event = {
      event_id: `$${this.id('event')}`,
      type,
      sender,
      origin_server_ts: at ?? Date.now(),
      ...(stateKey === undefined ? {} : { state_key: stateKey }),
      content,
      order: this.#next(),
      ...(transaction ? { transaction } : {})
    };
    room.add(event);
    if (type === 'm.room.member') this.people.get(stateKey ?? '')?.rooms.add(room);
    return event;
  }

  setMembership(room: Room, sender: string, person: string, membership: string, at?: number): Event {
    const displayname = this.people.get(person)?.name;
    return this.add(room, {
      type: 'm.room.member',
      sender,
      stateKey: person,
      content: { membership, ...(displayname ? { displayname } : {}) },
      ...(at === undefined ? {} : { at })
    });
  }

  say(room: Room, sender: string, body: string, at?: number): Event {
    return this.add(room, {
      type: 'm.room.message',
      sender,
      content: { msgtype: 'm.text', body },
      ...(at === undefined ? {} : { at })
    });
  }

  /** A mark never goes back (Synapse, `insert_receipt`). */
  read(room: Room, user: string, event: string, type = 'm.read'): void {
    const before = room.receipts.get(`${user} ${type}`)?.event;
    if (before && (room.event(event)?.order ?? 0) <= (room.event(before)?.order ?? 0)) return;
    room.receipts.set(`${user} ${type}`, { event, type, at: Date.now(), order: this.#next() });
  }

  setTyping(room: Room, user: string, typing: boolean): void {
    const people = new Set(room.typing.people);
    if (typing) people.add(user);
    else people.delete(user);
    room.typing = { people, order: this.#next() };
  }

  setDocument(person: Person, type: string, content: Content): void {
    person.documents.set(type, { content, order: this.#next() });
  }

  redact(room: Room, target: Event, sender: string, transaction: Event['transaction']): Event {
    const because = this.add(room, {
      type: 'm.room.redaction',
      sender,
      content: { redacts: target.event_id },
      transaction
    });
    target.content = {};
    target.redactedBecause = because;
    return because;
  }
}
