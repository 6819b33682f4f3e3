import { Failure } from '../failure.ts';
import { folded } from '../folded.ts';
import type { Conversations } from '../ports.ts';
import type { Conversation, DirectoryQuery, NewRoom, Notify, OpenRoom, Shelf, RoomId, UserId } from '../values.ts';
import type { FakeRoom } from './room.ts';
import type { FakeSession } from './session.ts';
import { alertsOf, bump, conversationOf, countedIn } from './summary.ts';

const mostFound = 8;
/** Rooms in one part of the directory. */
const mostListed = 50;
const ranks = { favourite: -1, usual: 0, low: 1 } as const;

export class FakeConversations implements Conversations {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  list({ start, end }: { start: number; end: number }) {
    return this.#session.feed('conversations.list', () => {
      const all = this.#all();
      return { total: all.length, start, rows: all.slice(start, end) };
    });
  }

  search(term: string) {
    const wanted = folded(term.trim());
    return this.#session.feed('conversations.search', () =>
      wanted === ''
        ? []
        : this.#all()
            .filter(({ name }) => folded(name).includes(wanted))
            .slice(0, mostFound)
    );
  }

  one(room: RoomId) {
    return this.#session.feed('conversations.one', () => {
      const known = this.#session.known(room);
      return known && conversationOf(this.#session, known.room, known.state);
    });
  }

  unread() {
    return this.#session.feed('conversations.unread', () =>
      this.#all().reduce(
        (sum, conversation) => {
          const one = countedIn(conversation);
          return {
            count: sum.count + one.count,
            exact: sum.exact && one.exact,
            mentions: sum.mentions + one.mentions
          };
        },
        { count: 0, exact: true, mentions: 0 }
      )
    );
  }

  alerts() {
    return this.#session.feed('conversations.alerts', () => alertsOf(this.#session, this.#all()));
  }

  create(form: NewRoom) {
    const history = form.door === 'open' && !form.sealed ? 'anybody' : 'members';
    return this.#session.command(
      'conversations.create',
      () =>
        this.#session.zone.open(this.#session.me, { ...form, history, ...(form.kind === 'place' && { holds: [] }) }).id
    );
  }

  direct(person: UserId) {
    return this.#session.command('conversations.direct', () => {
      const { zone, me } = this.#session;
      if (person === me) throw new Failure('forbidden', 'a conversation takes two');
      const other = zone.resident(person);
      const known = [...zone.rooms.values()].find((room) => this.#isDirectWith(room, other.id));
      if (known?.membership(me) === 'invited') zone.member(known, me, me, 'joined');
      if (known) return known.id;
      const room = zone.open(me, { direct: true, sealed: true });
      zone.member(room, me, other.id, 'invited');
      return room.id;
    });
  }

  invite(room: RoomId, person: UserId) {
    return this.#session.command('conversations.invite', () => {
      const target = this.#session.room(room);
      const { zone, me } = this.#session;
      const { id } = zone.resident(person);
      if (target.membership(id) === 'joined') throw new Failure('forbidden', 'is here already');
      zone.member(target, me, id, 'invited');
    });
  }

  join(room: string) {
    return this.#session.command('conversations.join', () => {
      const { zone, me } = this.#session;
      const target = this.#find(room);
      const membership = target.membership(me);
      if (membership === 'joined') return target.id;
      if (target.banned.has(me)) throw new Failure('forbidden', 'not any more');
      if (target.state().door !== 'open' && membership !== 'invited')
        throw new Failure('forbidden', 'by invitation only');
      zone.member(target, me, me, 'joined');
      return target.id;
    });
  }

  leave(room: RoomId) {
    return this.#session.command('conversations.leave', () => {
      const { zone, me } = this.#session;
      const target = zone.rooms.get(room);
      const membership = target?.membership(me);
      if (!target || membership === null || membership === 'left') throw new Failure('not-found');
      zone.member(target, me, me, 'left');
    });
  }

  setNotify(room: RoomId, notify: Notify) {
    return this.#session.command('conversations.setNotify', () => this.#session.arrange(room, { notify }));
  }

  setShelf(room: RoomId, shelf: Shelf) {
    return this.#session.command('conversations.setShelf', () => this.#session.arrange(room, { shelf }));
  }

  directory({ term, zone: other, after }: DirectoryQuery) {
    return this.#session.command('conversations.directory', () => {
      const { zone, me } = this.#session;
      if (other && other !== zone.name) throw new Failure('unreachable', 'there is no other zone');
      const wanted = term.trim().toLowerCase();
      const start = Number(after ?? 0);
      const found = [...zone.rooms.values()]
        .filter((room) => room.listed)
        .map((room) => openRoomOf(room, me))
        .filter(({ name, topic }) => `${name}\n${topic}`.toLowerCase().includes(wanted))
        .sort((a, b) => b.memberCount - a.memberCount || a.name.localeCompare(b.name));
      const end = start + mostListed;
      return { rooms: found.slice(start, end), more: found.length > end ? String(end) : null };
    });
  }

  describe(room: string) {
    return this.#session.command('conversations.describe', () => {
      const { me } = this.#session;
      const target = this.#find(room);
      const { door, history } = target.state();
      const isShut = door === 'invitation' && history !== 'anybody' && target.membership(me) !== 'joined';
      if (isShut) throw new Failure('not-found', 'says nothing of itself');
      return openRoomOf(target, me);
    });
  }

  within(place: RoomId) {
    return this.#session.command('conversations.within', () => {
      const { zone, me } = this.#session;
      const rooms = [...(this.#find(place).holds ?? [])].flatMap((id) => zone.rooms.get(id) ?? []);
      const isKnown = (room: FakeRoom) => room.membership(me) === 'joined' || room.state().door !== 'invitation';
      return rooms
        .filter(isKnown)
        .map((room) => ({ ...openRoomOf(room, me), isPlace: room.holds !== null, via: [zone.name] }));
    });
  }

  knock(room: string) {
    return this.#session.command('conversations.knock', () => {
      const { zone, me } = this.#session;
      const target = this.#find(room);
      if (target.banned.has(me) || target.state().door !== 'knock') throw new Failure('forbidden', 'nobody opens');
      zone.member(target, me, me, 'knocked');
    });
  }

  #find(room: string): FakeRoom {
    const found = [...this.#session.zone.rooms.values()].find((one) => one.id === room || one.state().address === room);
    if (!found) throw new Failure('not-found', 'no such room');
    return found;
  }

  #all(): readonly Conversation[] {
    const session = this.#session;
    return [...session.zone.rooms.keys()]
      .flatMap((id) => session.known(id) ?? [])
      .map(({ room, state }) => ({
        conversation: conversationOf(session, room, state),
        rank:
          state.standings.get(session.me)?.membership === 'invited'
            ? -3
            : room.holds
              ? -2
              : ranks[session.arrangement(room.id).shelf],
        place: bump(session, state)
      }))
      .sort((a, b) => a.rank - b.rank || b.place - a.place)
      .map(({ conversation }) => conversation);
  }

  #isDirectWith(room: FakeRoom, other: UserId): boolean {
    const here = (id: UserId) => ['joined', 'invited'].includes(room.membership(id) ?? '');
    return room.direct && here(this.#session.me) && here(other);
  }
}

function openRoomOf(room: FakeRoom, me: UserId): OpenRoom {
  const { name, topic, photo, address, door, history, sealed, standings } = room.state();
  const joined = [...standings.values()].filter(({ membership }) => membership === 'joined');
  return {
    id: room.id,
    name,
    topic,
    photo,
    address,
    memberCount: joined.length,
    door,
    readable: history === 'anybody',
    sealed,
    joined: room.membership(me) === 'joined'
  };
}
