import * as v from 'valibot';
import { parseUserId } from '$protocol/address.ts';
import { Failure } from '../failure.ts';
import { Cell, type Live } from '../live.ts';
import type { Rooms as Port } from '../ports.ts';
import { rights } from '../rights.ts';
import { settle } from '../settle.ts';
import type * as V from '../values.ts';
import { rawEvent, text, tolerant } from './event.ts';
import type { Uploads } from './files/uploads.ts';
import { may, roleLevels, stateOf } from './people/levels.ts';
import { personOf } from './person.ts';
import { anything, path, ServerError, type Server } from './server.ts';
import type { Records } from './sync/records.ts';
import { joinRuleOf, visibilityOf } from './sync/rules.ts';

const content = v.record(v.string(), v.unknown());
const listing = v.object({ visibility: v.string() });
const members = v.object({ chunk: tolerant(rawEvent) });

type Deps = {
  readonly server: Server;
  readonly records: Records;
  readonly uploads: Pick<Uploads, 'put'>;
  readonly me: V.UserId;
};
type Content = Readonly<Record<string, unknown>>;

/** What rooms are, by their state (Matrix 1.16 client-server, "Room Events"). */
export class Rooms implements Port {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  settings(room: V.RoomId): Live<V.RoomSettings> {
    const { records } = this.#deps;
    const cell: Cell<V.RoomSettings> = new Cell<V.RoomSettings>(undefined, () => {
      const show = () => {
        const record = records.look(room);
        if (!record) return;
        const { name, topic, address } = record;
        const mine = rights.filter((right) => may(right, record.rights));
        cell.set(settle(cell.current, { name: name ?? '', topic, address, rights: mine }));
      };
      show();
      return records.onChange((changed) => {
        if (changed.has(room)) show();
      });
    });
    return cell;
  }

  async listed(room: V.RoomId): Promise<boolean> {
    const at = path`/_matrix/client/v3/directory/list/room/${room}`;
    return (await this.#deps.server.call('GET', at, listing)).visibility === 'public';
  }

  async change(room: V.RoomId, change: V.RoomChange): Promise<void> {
    const { name, topic, photo, door, history, keeps, address, listed } = change;
    const put = (right: keyof typeof stateOf, content: Content) => this.#put(room, stateOf[right], content);
    if (name !== undefined) await put('name', { name });
    if (topic !== undefined) await put('topic', { topic });
    if (photo !== undefined) await put('photo', photo ? { url: await this.#deps.uploads.put(photo) } : {});
    if (door !== undefined) await put('door', { join_rule: joinRuleOf[door] });
    if (history !== undefined) await put('history', { history_visibility: visibilityOf[history] });
    if (keeps !== undefined) await put('keeps', keeps === null ? {} : { max_lifetime: keeps });
    if (address !== undefined) await this.#setAddress(room, address);
    if (listed !== undefined)
      await this.#deps.server.call('PUT', path`/_matrix/client/v3/directory/list/room/${room}`, anything, {
        body: { visibility: listed ? 'public' : 'private' }
      });
  }

  /** Matrix 1.16 client-server, `m.space.child`: without servers that know the room it does not stand there. */
  setWithin(place: V.RoomId, room: V.RoomId, within: boolean): Promise<void> {
    const via = parseUserId(this.#deps.me)?.server;
    return this.#put(place, stateOf.rooms, within ? { via: [via] } : {}, room);
  }

  /** What others have changed meanwhile stays: the levels are read first. */
  async setRole(room: V.RoomId, person: V.UserId, role: V.GivenRole): Promise<void> {
    const levels = await this.#get(room, stateOf.roles);
    const users: Content = v.is(content, levels.users) ? levels.users : {};
    const { [person]: _old, ...others } = users;
    const level = roleLevels[role];
    const isUsual = level === Number(levels.users_default ?? 0);
    await this.#put(room, stateOf.roles, { ...levels, users: isUsual ? others : { ...others, [person]: level } });
  }

  remove(room: V.RoomId, person: V.UserId, reason: string): Promise<void> {
    return this.#send(room, 'kick', person, reason);
  }

  ban(room: V.RoomId, person: V.UserId, reason: string): Promise<void> {
    return this.#send(room, 'ban', person, reason);
  }

  unban(room: V.RoomId, person: V.UserId): Promise<void> {
    return this.#send(room, 'unban', person, '');
  }

  async banned(room: V.RoomId): Promise<readonly V.Person[]> {
    const at = path`/_matrix/client/v3/rooms/${room}/members`;
    const { chunk } = await this.#deps.server.call('GET', at, members, { query: { membership: 'ban' } });
    return chunk.map(({ state_key: id, unsigned }) => {
      // A ban names nobody: the name is the one she went by before.
      const before = v.is(content, unsigned.prev_content) ? unsigned.prev_content : {};
      return personOf(id as V.UserId, text(before.displayname, 100));
    });
  }

  /** An address is made before the room is called by it, and one that it is no longer called by is taken away. */
  async #setAddress(room: V.RoomId, local: string | null): Promise<void> {
    const { server, me } = this.#deps;
    const before = await this.#get(room, stateOf.address);
    const at = (alias: string) => path`/_matrix/client/v3/directory/room/${alias}`;
    const zone = `:${parseUserId(me)?.server ?? ''}`;
    const alias = local === null ? null : `#${local}${zone}`;
    if (alias === before.alias) return;
    if (alias)
      await server.call('PUT', at(alias), anything, { body: { room_id: room } }).catch((thrown) => {
        throw thrown instanceof ServerError && thrown.status === 409 ? new Failure('address-taken', alias) : thrown;
      });
    const { alias: old, ...rest } = before;
    await this.#put(room, stateOf.address, alias ? { ...rest, alias } : rest);
    if (typeof old === 'string' && old.endsWith(zone))
      await server
        .call('DELETE', at(old), anything)
        .catch((thrown) => console.warn('an old address stays:', Failure.from(thrown).message));
  }

  async #send(room: V.RoomId, deed: 'kick' | 'ban' | 'unban', person: V.UserId, reason: string): Promise<void> {
    await this.#deps.server.call('POST', path`/_matrix/client/v3/rooms/${room}/${deed}`, anything, {
      body: { user_id: person, ...(reason && { reason }) }
    });
  }

  async #put(room: V.RoomId, type: string, body: Content, key = ''): Promise<void> {
    await this.#deps.server.call('PUT', stateAt(room, type, key), anything, { body });
  }

  /** Empty where nobody has said it. */
  async #get(room: V.RoomId, type: string): Promise<Content> {
    try {
      return await this.#deps.server.call('GET', stateAt(room, type), content);
    } catch (thrown) {
      if (thrown instanceof ServerError && thrown.reason === 'not-found') return {};
      throw thrown;
    }
  }
}

export const stateAt = (room: V.RoomId, type: string, key = ''): string =>
  path`/_matrix/client/v3/rooms/${room}/state/${type}/${key}`;
