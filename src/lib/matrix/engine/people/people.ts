import * as v from 'valibot';
import { parseUserId, userIdFrom } from '$protocol/address.ts';
import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { People as Port } from '../../ports.ts';
import type * as V from '../../values.ts';
import { lenient, rawEvent, text, tolerant, type RawEvent } from '../event.ts';
import type { Uploads } from '../files/uploads.ts';
import { personOf } from '../person.ts';
import { anything, path, ServerError, type Server } from '../server.ts';
import type { ListLoop } from '../sync/list-loop.ts';
import { membersNamed, toMembers } from './members.ts';

const directoryAnswer = v.object({
  results: tolerant(
    v.object({
      user_id: v.string(),
      display_name: lenient(v.nullable(v.string())),
      avatar_url: lenient(v.nullable(v.string()))
    })
  )
});
const profileAnswer = v.looseObject({
  displayname: lenient(v.nullable(v.string())),
  avatar_url: lenient(v.nullable(v.string()))
});
/** What a person tells of herself (MSC4440), by its name to come and by the one it has until then. */
const biographies = ['m.biography', 'gay.fomx.biography'] as const;
const biography = lenient(
  v.object({ 'm.text': tolerant(v.object({ body: v.string(), mimetype: lenient(v.string()) })) })
);
const aboutAnswer = v.looseObject({ [biographies[0]]: biography, [biographies[1]]: biography });
/** The plain form of it: others are given beside it. */
const bodyOf = (told: v.InferOutput<typeof biography>): string | undefined => {
  const plain = told?.['m.text'].find(({ mimetype = 'text/plain' }) => mimetype === 'text/plain');
  return text(plain?.body, 500);
};
const stateAnswer = tolerant(rawEvent);

type Deps = { server: Server; list: ListLoop; uploads: Pick<Uploads, 'put'>; me: V.UserId };

export class People implements Port {
  readonly #deps: Deps;
  readonly #me: Cell<V.Person>;

  constructor(deps: Deps) {
    this.#deps = deps;
    let asked = false;
    this.#me = new Cell<V.Person>(undefined, () => {
      if (!asked)
        this.#askMe().catch((thrown) => {
          // The next one who looks asks again.
          asked = false;
          console.warn('own name', Failure.from(thrown).message);
        });
      asked = true;
      return () => undefined;
    });
  }

  me(): Live<V.Person> {
    return this.#me;
  }

  members(room: V.RoomId, range: V.Range, term = ''): Live<V.Slice<V.Member>> {
    const cell: Cell<V.Slice<V.Member>> = new Cell<V.Slice<V.Member>>(undefined, () => {
      let state: RawEvent[] = [];
      const show = () => {
        const all = membersNamed(toMembers(state, this.#deps.me), term);
        cell.set({ total: all.length, start: range.start, rows: all.slice(range.start, range.end) });
      };
      const stop = this.#deps.list.listen({
        news: (news) => {
          const changed = [...news.state, ...news.arrived].filter((event) => concerns(event.type));
          if (news.room !== room || (changed.length === 0 && !news.stale)) return;
          if (news.stale) return void read();
          // The same event may come as state and as news, and somebody may have come and gone twice: the last one holds.
          state = [...new Map([...state, ...changed].map((event) => [keyOf(event), event])).values()];
          show();
        },
        typing: () => undefined
      });
      const read = async () => {
        try {
          const all = await this.#deps.server.call('GET', path`/_matrix/client/v3/rooms/${room}/state`, stateAnswer);
          state = all.filter((event) => concerns(event.type));
          show();
        } catch (thrown) {
          console.warn('members', room, Failure.from(thrown).message);
        }
      };
      void read();
      return stop;
    });
    return cell;
  }

  async search(term: string): Promise<readonly V.Person[]> {
    const written = term.trim();
    if (written === '') return [];
    const { server, me } = this.#deps;
    const whole = userIdFrom(written, parseUserId(me)?.server ?? '');
    const [found, exact] = await Promise.all([
      server.call('POST', '/_matrix/client/v3/user_directory/search', directoryAnswer, {
        body: { search_term: written.replace(/^@/, ''), limit: 30 }
      }),
      whole && whole !== me ? this.#profile(whole) : null
    ]);
    const people = found.results.map((result) =>
      personOf(result.user_id as V.UserId, text(result.display_name, 100), result.avatar_url)
    );
    const all = exact ? [exact, ...people.filter((person) => person.id !== exact.id)] : people;
    return all.filter((person) => person.id !== me);
  }

  async rename(name: string): Promise<void> {
    const { server, me } = this.#deps;
    await server.call('PUT', path`/_matrix/client/v3/profile/${me}/displayname`, anything, {
      body: { displayname: name.trim() }
    });
    const photo = this.#me.current?.photo;
    this.#me.set({ ...personOf(me, name), ...(photo && { photo }) });
  }

  async setPhoto(photo: Blob | null): Promise<void> {
    const { server, uploads, me } = this.#deps;
    const url = photo ? await uploads.put(photo) : '';
    const at = path`/_matrix/client/v3/profile/${me}/avatar_url`;
    await server.call('PUT', at, anything, { body: { avatar_url: url } });
    this.#me.set(personOf(me, this.#me.current?.name, url));
  }

  async about(person: V.UserId): Promise<string> {
    const at = path`/_matrix/client/v3/profile/${person}`;
    const profile = await this.#deps.server.call('GET', at, aboutAnswer);
    return biographies.flatMap((name) => bodyOf(profile[name]) ?? []).at(0) ?? '';
  }

  async setAbout(text: string): Promise<void> {
    const { server, me } = this.#deps;
    const [, unstable] = biographies;
    const at = path`/_matrix/client/v3/profile/${me}/${unstable}`;
    if (text === '') await server.call('DELETE', at, anything);
    else await server.call('PUT', at, anything, { body: { [unstable]: { 'm.text': [{ body: text }] } } });
  }

  async #askMe(): Promise<void> {
    const { me } = this.#deps;
    this.#me.set((await this.#profile(me)) ?? personOf(me));
  }

  /** null: there is nobody of that address, or its zone does not answer. */
  async #profile(user: V.UserId): Promise<V.Person | null> {
    try {
      const at = path`/_matrix/client/v3/profile/${user}`;
      const profile = await this.#deps.server.call('GET', at, profileAnswer);
      return personOf(user, text(profile.displayname, 100), profile.avatar_url);
    } catch (thrown) {
      if (thrown instanceof ServerError && thrown.reason !== 'signed-out') return null;
      throw thrown;
    }
  }
}

const concerns = (type: string): boolean =>
  type === 'm.room.member' || type === 'm.room.power_levels' || type === 'm.room.create';
const keyOf = (event: RawEvent): string => `${event.type}|${event.state_key}`;
