import { Attempt } from '$lib/matrix/attempt.svelte';
import type { Failure } from '$lib/matrix/failure';
import type { AccountPorts } from '$lib/matrix/ports';
import type { GivenRole, Member, Person, RoomId, UserId } from '$lib/matrix/values';

type Ports = Pick<AccountPorts, 'rooms' | 'conversations'>;
/** What one is asked about before it is done. */
export type Asked = { readonly deed: 'remove' | 'ban' | 'step-down'; readonly member: Member };

/** What whoever looks after a room does to its people. */
export class Minding {
  readonly #ports: Ports;
  readonly #room: RoomId;
  #asked = $state.raw<Asked | null>(null);
  readonly #attempt = new Attempt();
  #banned = $state.raw<readonly Person[]>([]);

  constructor(ports: Ports, room: RoomId) {
    this.#ports = ports;
    this.#room = room;
  }

  get asked(): Asked | null {
    return this.#asked;
  }

  get busy(): boolean {
    return this.#attempt.busy;
  }

  get failure(): Failure | undefined {
    return this.#attempt.failure;
  }

  /** Those who were sent out for good, once they have been asked for. */
  get banned(): readonly Person[] {
    return this.#banned;
  }

  ask(asked: Asked | null): void {
    this.#asked = asked;
    this.#attempt.clear();
  }

  /** Does what was asked about. */
  async confirm(reason: string): Promise<void> {
    const asked = this.#asked;
    if (!asked) return;
    const { deed, member } = asked;
    const { rooms } = this.#ports;
    const why = reason.trim();
    const isDone = await this.#try(async () => {
      if (deed === 'step-down') await rooms.setRole(this.#room, member.id, 'member');
      else if (deed === 'remove') await rooms.remove(this.#room, member.id, why);
      else await rooms.ban(this.#room, member.id, why);
    });
    if (!isDone) return;
    this.#asked = null;
    if (deed === 'ban') await this.lookUpBanned();
  }

  give(member: Member, role: GivenRole): Promise<boolean> {
    return this.#try(() => this.#ports.rooms.setRole(this.#room, member.id, role));
  }

  letIn(member: Member): Promise<boolean> {
    return this.#try(() => this.#ports.conversations.invite(this.#room, member.id));
  }

  /** Refuses whoever asks to come in, or takes an invitation back. */
  refuse(member: Member): Promise<boolean> {
    return this.#try(() => this.#ports.rooms.remove(this.#room, member.id, ''));
  }

  async lookUpBanned(): Promise<void> {
    await this.#try(async () => {
      this.#banned = await this.#ports.rooms.banned(this.#room);
    });
  }

  async allow(person: UserId): Promise<void> {
    const isDone = await this.#try(() => this.#ports.rooms.unban(this.#room, person));
    if (isDone) this.#banned = this.#banned.filter(({ id }) => id !== person);
  }

  async #try(command: () => Promise<void>): Promise<boolean> {
    return (await this.#attempt.run(command)) !== null;
  }
}
