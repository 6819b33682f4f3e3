import { Failure } from '../failure.ts';
import type { Rooms } from '../ports.ts';
import { rights } from '../rights.ts';
import type { GivenRole, Member, Right, Role, RoomChange, RoomId, UserId } from '../values.ts';
import type { FakeRoom } from './room.ts';
import type { FakeSession } from './session.ts';

/** What Synapse leaves to administrators alone in the rooms that it makes. */
const highest: readonly Right[] = ['history', 'roles'];
const ranks: readonly Role[] = ['member', 'moderator', 'administrator', 'creator'];
const given: readonly GivenRole[] = ['administrator', 'moderator', 'member'];
const rankOf = (role: Role): number => ranks.indexOf(role);

export function rightsIn(room: FakeRoom, person: UserId): readonly Right[] {
  const role = room.role(person);
  // In a direct conversation both may do everything.
  if (role === 'creator' || role === 'administrator' || room.direct) return rights;
  if (role === 'moderator') return rights.filter((right) => !highest.includes(right));
  return room.form.door === 'open' ? [] : ['invite'];
}

/** What one may do to somebody. */
export function mayDo(room: FakeRoom, me: UserId, her: UserId): Member['may'] {
  const [mine, hers] = [room.role(me), room.role(her)];
  const allowed = rightsIn(room, me);
  const above = rankOf(mine) > rankOf(hers);
  const deeds = (['remove', 'ban'] as const).filter((deed) => me !== her && above && allowed.includes(deed));
  const gives = (above || me === her) && hers !== 'creator' && allowed.includes('roles');
  const roles = given.filter((role) => role !== hers && rankOf(role) <= rankOf(mine));
  return [...deeds, ...(gives ? roles : [])];
}

export class FakeRooms implements Rooms {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  settings(room: RoomId) {
    const session = this.#session;
    return session.feed('rooms.settings', () => {
      const known = session.known(room);
      if (!known) return undefined;
      const { name, topic, address } = known.state;
      return { name, topic, address, rights: rightsIn(known.room, session.me) };
    });
  }

  listed(room: RoomId) {
    return this.#session.command('rooms.listed', () => this.#session.room(room).listed);
  }

  change(room: RoomId, change: RoomChange) {
    const { zone, me } = this.#session;
    return this.#session.command('rooms.change', () => {
      const target = this.#session.room(room);
      const { name, topic, photo, door, history, keeps, address, listed } = change;
      const may = (right: Right) => this.#require(target, right);
      if (name !== undefined && may('name')) zone.change(target, me, { type: 'named', text: name });
      if (topic !== undefined && may('topic')) zone.change(target, me, { type: 'topic', text: topic });
      if (photo !== undefined && may('photo'))
        zone.change(target, me, { type: 'photo', photo: photo && this.#store(photo) });
      if (door !== undefined && may('door')) zone.change(target, me, { type: 'door', door });
      if (history !== undefined && may('history')) zone.change(target, me, { type: 'history', history });
      if (keeps !== undefined && may('keeps')) zone.change(target, me, { type: 'keeps', keeps });
      if (address !== undefined && may('address')) this.#setAddress(target, address);
      if (listed !== undefined && may('address')) target.listed = listed;
    });
  }

  setWithin(place: RoomId, room: RoomId, within: boolean) {
    return this.#session.command('rooms.setWithin', () => {
      const target = this.#session.room(place);
      this.#require(target, 'rooms');
      if (within) target.holds?.add(room);
      else target.holds?.delete(room);
    });
  }

  setRole(room: RoomId, person: UserId, role: GivenRole) {
    return this.#do('rooms.setRole', { room, person, deed: role }, (target) => {
      target.moderators.set(person, role);
      this.#session.zone.change(target, this.#session.me, { type: 'role', person, role });
    });
  }

  remove(room: RoomId, person: UserId) {
    return this.#do('rooms.remove', { room, person, deed: 'remove' }, (target) =>
      this.#session.zone.member(target, this.#session.me, person, 'removed')
    );
  }

  ban(room: RoomId, person: UserId) {
    return this.#do('rooms.ban', { room, person, deed: 'ban' }, (target) =>
      this.#session.zone.member(target, this.#session.me, person, 'banned')
    );
  }

  unban(room: RoomId, person: UserId) {
    return this.#session.command('rooms.unban', () => {
      const target = this.#session.room(room);
      this.#require(target, 'ban');
      target.banned.delete(person);
    });
  }

  banned(room: RoomId) {
    return this.#session.command('rooms.banned', () =>
      [...this.#session.room(room).banned].map((id) => this.#session.zone.person(id))
    );
  }

  #do(
    name: string,
    { room, person, deed }: { room: RoomId; person: UserId; deed: Member['may'][number] },
    run: (target: FakeRoom) => void
  ): Promise<void> {
    return this.#session.command(name, () => {
      const target = this.#session.room(room);
      if (!mayDo(target, this.#session.me, person).includes(deed)) throw new Failure('forbidden', deed);
      run(target);
    });
  }

  #require(room: FakeRoom, right: Right): true {
    if (!rightsIn(room, this.#session.me).includes(right)) throw new Failure('forbidden', right);
    return true;
  }

  #store(photo: Blob) {
    const { zone } = this.#session;
    if (photo.size > zone.largestFile) throw new Failure('too-large');
    const content = `mxc://${zone.name}/${zone.coin('media')}`;
    zone.media.set(content, photo);
    return { at: 'zone', content, seal: null } as const;
  }

  #setAddress(room: FakeRoom, local: string | null): void {
    const { zone, me } = this.#session;
    const address = local === null ? null : `#${local}:${zone.name}`;
    if (address === room.state().address) return;
    const taken = [...zone.rooms.values()].some((one) => one !== room && one.state().address === address);
    if (address && taken) throw new Failure('address-taken', address);
    zone.change(room, me, { type: 'address', address });
  }
}
