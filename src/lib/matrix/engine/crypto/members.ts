import type { CryptoBackend } from 'matrix-js-sdk/lib/common-crypto/CryptoBackend.js';
import type { IContent, MatrixClient } from 'matrix-js-sdk/lib/matrix.js';
import { MatrixEvent } from 'matrix-js-sdk/lib/models/event.js';
import { Room } from 'matrix-js-sdk/lib/models/room.js';
import { RoomMemberEvent } from 'matrix-js-sdk/lib/models/room-member.js';
import { RoomStateEvent } from 'matrix-js-sdk/lib/models/room-state.js';
import { KnownMembership } from 'matrix-js-sdk/lib/@types/membership.js';
import { Failure } from '../../failure.ts';
import type { RoomId } from '../../values.ts';
import type { RawEvent } from '../event.ts';

type StateEvent = {
  type: string;
  sender: string;
  state_key?: string;
  content?: { membership?: unknown; history_visibility?: unknown };
};

/**
 * What decides for whom to encrypt, and nothing else: were the SDK to stumble over other state in the middle of a list,
 * whoever comes behind it would stay as they were; and it need not compare the names of a whole room.
 */
function relevant(room: string, events: readonly StateEvent[]): MatrixEvent[] {
  return events.flatMap(({ type, sender, state_key, content }) => {
    const member = type === 'm.room.member' && typeof state_key === 'string';
    if (!member && !(type === 'm.room.history_visibility' && state_key === '')) return [];
    const { membership, history_visibility } = content ?? {};
    const kept = (member ? { membership } : { history_visibility }) as IContent;
    return [new MatrixEvent({ type, sender, state_key, room_id: room, content: kept })];
  });
}

/** For whom a room's messages are encrypted: one SDK `Room` for each conversation that is written in, and no other. */
export class Members {
  readonly #client: MatrixClient;
  readonly #backend: CryptoBackend;
  readonly #rooms = new Map<RoomId, Room>();

  constructor(client: MatrixClient, backend: CryptoBackend) {
    this.#client = client;
    this.#backend = backend;
  }

  /** The room with today's members: read from the server unless those known are `fresh`. */
  async roomFor(
    id: RoomId,
    { encryption, fresh }: { encryption: Record<string, unknown>; fresh: boolean }
  ): Promise<Room> {
    const known = this.#rooms.get(id);
    if (known && fresh) return known;
    const all = await this.#client.roomState(id);
    const state = relevant(id, all);
    // The record decides that a room is encrypted. A server that no longer shows it does not make it plain.
    const shown = all.find((event) => event.type === 'm.room.encryption' && event.state_key === '');
    const content = { ...(shown?.content ?? encryption) };
    const setting = new MatrixEvent({ type: 'm.room.encryption', state_key: '', room_id: id, content });
    const room = known ?? this.#make(id);
    if (known) this.#leaveOut(known, state);
    room.currentState.setStateEvents(state);
    await this.#backend.onCryptoEvent(room, setting);
    if (!room.getJoinedMembers().some((member) => member.userId === this.#client.getUserId()))
      throw new Failure('forbidden', `${id}: not a member`);
    this.#rooms.set(id, room);
    return room;
  }

  takeState(id: RoomId, events: readonly RawEvent[]): void {
    this.#rooms.get(id)?.currentState.setStateEvents(relevant(id, events));
  }

  #make(id: RoomId): Room {
    const room = new Room(id, this.#client, this.#client.getUserId() ?? '', {});
    room.updateMyMembership(KnownMembership.Join);
    this.#client.reEmitter.reEmit(room.currentState, [
      RoomStateEvent.Events,
      RoomStateEvent.Members,
      RoomStateEvent.NewMember
    ]);
    // The crypto hears of members through the client's events (RustCrypto, `onRoomMembership`).
    room.currentState.on(RoomStateEvent.NewMember, (_event, _state, member) =>
      this.#client.reEmitter.reEmit(member, [RoomMemberEvent.Membership])
    );
    this.#client.store.storeRoom(room);
    return room;
  }

  /** Whoever is a target but no longer in the state that was read anew has left: no key for them. */
  #leaveOut(room: Room, state: readonly MatrixEvent[]): void {
    const present = new Set(
      state.filter((event) => event.getType() === 'm.room.member').map((event) => event.getStateKey())
    );
    const left = room.getMembers().filter((member) => !present.has(member.userId));
    const leaves = left.map(({ userId }) => ({
      type: 'm.room.member',
      state_key: userId,
      sender: userId,
      content: { membership: 'leave' }
    }));
    room.currentState.setStateEvents(relevant(room.roomId, leaves));
  }
}
