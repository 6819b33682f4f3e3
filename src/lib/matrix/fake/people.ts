import { addressOf, parseUserId } from '../../../../protocol/address.ts';
import { Failure } from '../failure.ts';
import { folded } from '../folded.ts';
import type { People } from '../ports.ts';
import type { Member, Range, RoomId, UserId } from '../values.ts';
import { mayDo } from './rooms.ts';
import type { FakeSession } from './session.ts';

const roles: readonly Member['role'][] = ['creator', 'administrator', 'moderator', 'member'];
const knocks = ({ membership }: Member) => Number(membership === 'knocked');

export class FakePeople implements People {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  me() {
    return this.#session.feed('people.me', () => this.#session.zone.person(this.#session.me));
  }

  members(room: RoomId, { start, end }: Range, term = '') {
    return this.#session.feed('people.members', () => {
      const known = this.#session.known(room);
      const all = [...(known?.state.standings ?? [])]
        .filter(([, { membership }]) => membership !== 'left')
        .map(([id, { membership }]): Member => {
          const role = known?.room.role(id) ?? 'member';
          const may = known ? mayDo(known.room, this.#session.me, id) : [];
          return { ...this.#session.zone.person(id), membership, role, may };
        })
        .filter(({ id, name }) => [name, id, addressOf(id)].some((one) => folded(one).includes(folded(term.trim()))))
        .sort(
          (a, b) =>
            knocks(b) - knocks(a) || roles.indexOf(a.role) - roles.indexOf(b.role) || a.name.localeCompare(b.name)
        );
      return { total: all.length, start, rows: all.slice(start, end) };
    });
  }

  search(term: string) {
    return this.#session.command('people.search', () => {
      const { zone, me } = this.#session;
      const wanted = term.trim().toLowerCase();
      if (!wanted) return [];
      return [...zone.people.values()]
        .filter(({ id, deactivated }) => id !== me && !deactivated)
        .filter(({ id, name }) => {
          const local = parseUserId(id)?.localpart ?? '';
          return (
            name.toLowerCase().includes(wanted) || local.includes(wanted) || id === wanted || addressOf(id) === wanted
          );
        })
        .map(({ id }) => zone.person(id));
    });
  }

  setPhoto(photo: Blob | null) {
    return this.#session.command('people.setPhoto', () => {
      const { zone, resident } = this.#session;
      if (photo && photo.size > zone.largestFile) throw new Failure('too-large');
      const content = `mxc://${zone.name}/${zone.coin('media')}`;
      if (photo) zone.media.set(content, photo);
      if (photo) resident.photo = { at: 'zone', content, seal: null };
      else delete resident.photo;
      zone.changed();
    });
  }

  about(person: UserId) {
    return this.#session.command('people.about', () => {
      const known = this.#session.zone.people.get(person);
      if (!known) throw new Failure('not-found');
      return known.about ?? '';
    });
  }

  setAbout(text: string) {
    return this.#session.command('people.setAbout', () => {
      this.#session.resident.about = text;
    });
  }

  rename(name: string) {
    return this.#session.command('people.rename', () => {
      const { zone, me, resident } = this.#session;
      resident.name = name;
      for (const room of zone.rooms.values()) {
        if (room.membership(me) === 'joined') zone.change(room, me, { type: 'called', name });
      }
    });
  }
}
