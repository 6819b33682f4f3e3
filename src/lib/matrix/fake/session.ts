import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import type { Account, Connection, Draft, Keeping, RoomId, UserId } from '../values.ts';
import { deliver } from './deeds.ts';
import { feed, type Source } from './feed.ts';
import type { FakeNetwork } from './network.ts';
import { FakeOutbox } from './outbox.ts';
import type { FakeRoom, RoomState } from './room.ts';
import type { Arrangement, FakeZone, Resident } from './zone.ts';

const retryWait = 10_000;

type Reading = 'idle' | 'loading' | { readonly failed: Failure['reason'] };
/** Lines `[first, last)` from the room's first; `last` null is the end, whatever comes. */
export type FakeWindow = { first: number; last: number | null; older: Reading; newer: Reading };

/** One account on one browser: how far it has synced, what it has loaded, what it still has to send. */
export class FakeSession implements Source {
  readonly zone: FakeZone;
  readonly network: FakeNetwork;
  readonly resident: Resident;
  readonly outbox: FakeOutbox;
  /** Which part of each conversation is loaded. */
  readonly windows = new Map<RoomId, FakeWindow>();
  /** What is begun to be written, on this browser alone. */
  /** The end of the stream when it began: what comes later is news. */
  readonly began: number;
  readonly drafts = new Map<RoomId, { readonly draft: Draft; readonly at: number }>();
  /** Keys on their way into the backup, where a test says so. */
  keysLeft = 0;
  readonly #watchers = new Set<() => void>();
  readonly #stops: (() => void)[];
  #device = '';
  #state: Account['state'] | 'ended' = 'signed-in';
  #seen = 0;
  #waitsUntil = 0;
  #version = 0;
  #keeping: Keeping = 'kept';

  constructor(zone: FakeZone, network: FakeNetwork, resident: Resident) {
    this.zone = zone;
    this.network = network;
    this.resident = resident;
    this.began = zone.place;
    this.outbox = new FakeOutbox(
      {
        upload: () => this.network.trip('upload'),
        deliver: async (letter) => {
          await this.network.trip('outbox');
          this.require();
          deliver(this, letter);
        }
      },
      () => this.changed()
    );
    this.signIn();
    this.#stops = [zone.watch(() => this.#sync()), network.watch(() => this.#connect())];
  }

  /** How far it has synced. */
  get place(): number {
    return this.#seen;
  }

  get version(): number {
    return this.#version;
  }

  get me(): UserId {
    return this.resident.id;
  }

  get device(): string {
    return this.#device;
  }

  get account(): Account {
    return { id: this.me, device: this.#device, state: this.#state === 'signed-in' ? 'signed-in' : 'signed-out' };
  }

  get connection(): Connection {
    if (this.#state !== 'signed-in') return { state: 'signed-out' };
    return this.network.online ? { state: 'online' } : { state: 'waiting', until: this.#waitsUntil };
  }

  get keeping(): Keeping {
    return this.#keeping;
  }

  keep(keeping: Keeping): void {
    this.#keeping = keeping;
    this.changed();
  }

  /** A new device of the account; also after the server had signed the old one out. */
  signIn(): void {
    this.#device = this.zone.coin('DEVICE');
    this.resident.devices.add(this.#device);
    this.#state = 'signed-in';
    this.#connect();
  }

  /** As when another device signs this one out: nothing is wiped. */
  revoke(): void {
    this.resident.devices.delete(this.#device);
    this.#state = 'signed-out';
    this.changed();
  }

  end(): void {
    this.revoke();
    this.#state = 'ended';
    this.outbox.clear();
    for (const stop of this.#stops) stop();
  }

  /** Signed out by the person: nothing is kept any more. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  watch(run: () => void): () => void {
    this.#watchers.add(run);
    return () => this.#watchers.delete(run);
  }

  changed(): void {
    this.#version++;
    for (const run of [...this.#watchers]) run();
  }

  feed<T>(name: string, read: () => T | undefined): Live<T> {
    return feed(this, () => (this.network.holds(name) || this.#state === 'ended' ? undefined : read()));
  }

  /** Runs something that the server does. Fails with signed-out, unreachable, or as the test asked. */
  async command<T>(name: string, run: () => T): Promise<T> {
    this.require();
    await this.network.trip(name);
    return run();
  }

  require(): void {
    if (this.#state !== 'signed-in') throw new Failure('signed-out');
  }

  /** A room that this account is in. Fails with not-found, forbidden. */
  room(id: RoomId): FakeRoom {
    const room = this.zone.rooms.get(id);
    if (!room) throw new Failure('not-found', 'no such room');
    if (room.membership(this.me) !== 'joined') throw new Failure('forbidden', 'not in this room');
    return room;
  }

  /** The room as far as this browser has synced; null where this account is not in it nor invited. */
  known(id: RoomId): { room: FakeRoom; state: RoomState } | null {
    const room = this.zone.rooms.get(id);
    const membership = room?.membership(this.me, this.#seen);
    return room && membership && membership !== 'left' ? { room, state: room.state(this.#seen) } : null;
  }

  /** The same, or a room that anybody may read. */
  readable(id: RoomId): { room: FakeRoom; state: RoomState } | null {
    const room = this.zone.rooms.get(id);
    const state = room?.state(this.#seen);
    const isIn = room?.membership(this.me, this.#seen) === 'joined';
    return room && state && (isIn || state.history === 'anybody') ? { room, state } : null;
  }

  arrangement(room: RoomId): Arrangement {
    return this.resident.arrangements.get(room) ?? { notify: 'all', shelf: 'usual' };
  }

  arrange(room: RoomId, part: Partial<Arrangement>): void {
    this.resident.arrangements.set(room, { ...this.arrangement(room), ...part });
    this.zone.changed();
  }

  /** Sends what waits, where there is a network. */
  flush(): void {
    if (this.network.online) this.outbox.flush();
  }

  /** Waits anew, as after a try that failed. */
  wait(): void {
    this.#waitsUntil = this.zone.now() + retryWait;
    this.changed();
  }

  #connect(): void {
    if (!this.network.online) return this.wait();
    this.#sync();
    this.flush();
  }

  #sync(): void {
    // Another device has ended this one's session.
    if (this.#state === 'signed-in' && !this.resident.devices.has(this.#device)) this.#state = 'signed-out';
    if (this.network.online && this.#state === 'signed-in') this.#seen = this.zone.place;
    this.changed();
  }
}
