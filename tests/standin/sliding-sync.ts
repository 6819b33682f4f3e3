/**
 * Simplified sliding sync (MSC4186) as Synapse 1.163 serves it (`synapse/handlers/sliding_sync`): the fields it leaves
 * out, its zero counts, its order of rooms, what it sends again and what it forgets.
 */
import { extensionsOf, isEmpty, type Extensions } from './extensions.ts';
import { roomResult, type RoomMemory, type RoomRequest } from './room-result.ts';
import type { Content, Room } from './room.ts';
import { Refusal } from './routes.ts';
import type { Session, World } from './world.ts';

type List = RoomRequest & { readonly ranges?: readonly (readonly [number, number])[] };
export type SyncRequest = {
  readonly conn_id?: string;
  readonly lists?: Readonly<Record<string, List>>;
  readonly room_subscriptions?: Readonly<Record<string, RoomRequest>>;
  readonly extensions?: Extensions;
};

/** What a connection has told at one of its positions. */
export type Told = { readonly order: number; readonly rooms: ReadonlyMap<string, RoomMemory> };

const nothing: Told = { order: 0, rooms: new Map() };

/** The same room asked for twice gets the most of both. */
const combined = (a: RoomRequest | undefined, b: RoomRequest): RoomRequest =>
  a
    ? {
        timeline_limit: Math.max(a.timeline_limit, b.timeline_limit),
        required_state: [...a.required_state, ...b.required_state]
      }
    : b;

export class SlidingSync {
  readonly #world: World;
  /** Of each connection the positions that its client may still use. */
  readonly #connections = new Map<string, Map<string, Told>>();
  #position = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Positions are forgotten, as by a server that was restored or by their age. */
  forget(): void {
    this.#connections.clear();
  }

  /** null: the position is not known. Waits for something to tell up to `wait` ms, except without a position. */
  async answer(
    session: Session,
    request: SyncRequest,
    { pos, wait, signal }: { pos: string | undefined; wait: number; signal: AbortSignal }
  ): Promise<Content | null> {
    const name = [session.person.id, session.device, request.conn_id ?? ''].join(' ');
    const before = this.#from(name, pos);
    if (!before) return null;
    // It expects one range of each list (`find_relevant_room_ids_for_extension`).
    if (request.extensions && Object.values(request.lists ?? {}).some(({ ranges = [] }) => ranges.length !== 1))
      throw new Refusal(500, 'M_UNKNOWN');
    const over = AbortSignal.any([signal, AbortSignal.timeout(wait)]);
    for (;;) {
      const result = this.#now(session, request, pos === undefined ? undefined : before);
      if (!result.empty || pos === undefined || wait === 0 || over.aborted)
        return { pos: this.#keep(name, pos, request, result.told), ...result.answer };
      await this.#world.change(over);
    }
  }

  #from(name: string, pos: string | undefined): Told | null {
    if (pos === undefined) {
      this.#connections.delete(name);
      return nothing;
    }
    const [number, order] = pos.split('/');
    // A connection that never asked for rooms has nothing to remember, and nothing to forget.
    if (number === '0') return { order: Number(order), rooms: new Map() };
    const known = this.#connections.get(name);
    const told = known?.get(pos);
    // Who uses a position has received it: the older ones are not needed any more.
    if (told) this.#connections.set(name, new Map([[pos, told]]));
    return told ?? null;
  }

  #keep(name: string, pos: string | undefined, request: SyncRequest, told: Told): string {
    const asksForRooms =
      Object.keys(request.lists ?? {}).length > 0 || Object.keys(request.room_subscriptions ?? {}).length > 0;
    if (!asksForRooms && (pos === undefined || pos.startsWith('0/'))) return `0/${told.order}`;
    const position = `${++this.#position}/${told.order}`;
    const known = this.#connections.get(name) ?? new Map<string, Told>();
    known.set(position, told);
    this.#connections.set(name, known);
    return position;
  }

  #now(
    session: Session,
    request: SyncRequest,
    before: Told | undefined
  ): { answer: Content; told: Told; empty: boolean } {
    const me = session.person.id;
    const { order } = this.#world;
    const wanted = new Map<string, RoomRequest>();
    const lists: Record<string, Content> = {};
    for (const [name, list] of Object.entries(request.lists ?? {})) {
      const sorted = this.#listed(session, before);
      const ops = (list.ranges ?? []).map((range) => {
        const ids = sorted.slice(range[0], range[1] + 1).map(({ id }) => id);
        for (const id of ids) wanted.set(id, combined(wanted.get(id), list));
        return { op: 'SYNC', range, room_ids: ids };
      });
      lists[name] = { count: sorted.length, ops };
    }
    for (const [id, subscription] of Object.entries(request.room_subscriptions ?? {})) {
      const membership = this.#world.rooms.get(id)?.membership(me);
      if (membership === 'join' || membership === 'invite') wanted.set(id, combined(wanted.get(id), subscription));
    }
    const memory = new Map(before?.rooms);
    const rooms: Record<string, Content> = {};
    for (const [id, wish] of wanted) {
      const room = this.#world.rooms.get(id);
      const result =
        room && roomResult(this.#world, session, room, wish, { known: memory.get(id), since: before?.order });
      if (!result) continue;
      rooms[id] = result.answer;
      memory.set(id, result.memory);
    }
    const extensions = extensionsOf(this.#world, session, request.extensions ?? {}, {
      since: before?.order,
      rooms: [...wanted.keys()],
      initial: new Set(Object.keys(rooms).filter((id) => rooms[id]?.initial === true)),
      timelines: rooms
    });
    const answer = { ...(Object.keys(lists).length > 0 ? { lists } : {}), rooms, extensions };
    const told = { order, rooms: memory };
    return { answer, told, empty: Object.keys(rooms).length === 0 && isEmpty(extensions) };
  }

  /** Newest activity first. A room left is told of once, when it is left; one that one was removed from stays. */
  #listed(session: Session, before: Told | undefined): Room[] {
    const me = session.person.id;
    const placed: { room: Room; place: number }[] = [];
    for (const room of session.person.rooms) {
      const own = room.state('m.room.member', me);
      const membership = own?.content.membership;
      if (!own) continue;
      if (membership === 'join') placed.push({ room, place: room.last });
      else if (membership !== 'leave' || own.sender !== me || (before && own.order > before.order))
        placed.push({ room, place: own.order });
    }
    return placed.sort((a, b) => b.place - a.place).map(({ room }) => room);
  }
}
