import { Failure } from '$lib/matrix/failure';
import { Following } from '$lib/matrix/following.svelte';
import type { AccountPorts } from '$lib/matrix/ports';
import type { Conversation, Right, RoomChange, RoomId, RoomSettings as Settings } from '$lib/matrix/values';

/** The local part of a room's address, as we let people choose it: what every client and every link can carry. */
const addressShape = /^[a-z0-9][a-z0-9._-]{0,60}$/;

/** ms. */
const day = 86_400_000;
export const keepsChoices: readonly (number | null)[] = [null, 365 * day, 90 * day, 30 * day, 7 * day, day];

type Change = { -readonly [Field in keyof RoomChange]: RoomChange[Field] };

/** The form that changes what a room is: what one has not touched follows the room. */
export class RoomSettings {
  readonly #ports: Pick<AccountPorts, 'rooms' | 'conversations'>;
  readonly #room: RoomId;
  readonly #settings: Following<Settings>;
  readonly #conversation: Following<Conversation | null>;
  #written = $state.raw<Change>({});
  #isListed = $state<boolean>();
  #busy = $state(false);
  #saved = $state(false);
  #failure = $state.raw<Failure>();

  constructor(ports: Pick<AccountPorts, 'rooms' | 'conversations'>, room: RoomId) {
    this.#ports = ports;
    this.#room = room;
    this.#settings = new Following(ports.rooms.settings(room));
    this.#conversation = new Following(ports.conversations.one(room));
    void ports.rooms.listed(room).then(
      (listed) => (this.#isListed = listed),
      // Where it cannot be known it is not offered.
      () => undefined
    );
  }

  /** What the form shows; null until the room is known. */
  readonly shown = $derived.by(() => {
    const [settings, room] = [this.#settings.current, this.#conversation.current];
    if (!settings || !room) return null;
    const { name, topic, address } = settings;
    const { door, history, keeps, photo } = room;
    const local = address?.replace(/^#/, '').split(':')[0] ?? '';
    const shown = { name, topic, address: local, door, history, keeps, photo, listed: this.#isListed };
    return { ...shown, ...this.#written, address: this.#written.address ?? local };
  });

  may(right: Right): boolean {
    return this.#settings.current?.rights.includes(right) ?? false;
  }

  /** One may change something of it. */
  readonly mayAny = $derived(
    (['name', 'topic', 'photo', 'address', 'door', 'history', 'keeps'] as const).some((right) => this.may(right))
  );

  get busy(): boolean {
    return this.#busy;
  }

  get saved(): boolean {
    return this.#saved;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  get changed(): boolean {
    return Object.keys(this.#written).length > 0;
  }

  get addressInvalid(): boolean {
    const { address } = this.#written;
    return Boolean(address) && !addressShape.test(address ?? '');
  }

  write(change: Change): void {
    this.#written = { ...this.#written, ...change };
    this.#failure = undefined;
    this.#saved = false;
  }

  /** True when all of it is so. What could not be is still in the form. */
  async save(): Promise<boolean> {
    if (this.#busy || !this.changed || this.addressInvalid) return false;
    this.#busy = true;
    this.#failure = undefined;
    try {
      const { name, topic, address, ...rest } = this.#written;
      await this.#ports.rooms.change(this.#room, {
        ...rest,
        ...(name !== undefined && { name: name.trim() }),
        ...(topic !== undefined && { topic: topic.trim() }),
        ...(address !== undefined && { address: address || null })
      });
      if (rest.listed !== undefined) this.#isListed = rest.listed;
      this.#written = {};
      this.#saved = true;
      return true;
    } catch (thrown) {
      this.#failure = Failure.from(thrown);
      return false;
    } finally {
      this.#busy = false;
    }
  }
}
