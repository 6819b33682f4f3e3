import * as v from 'valibot';
import { Failure } from '../../failure.ts';
import { folded } from '../../folded.ts';
import { Cell, type Live } from '../../live.ts';
import type { Conversations as Port } from '../../ports.ts';
import type * as V from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { Listeners } from '../listeners.ts';
import { anything, path, type Server } from '../server.ts';
import type { AccountData } from '../sync/account-data.ts';
import { withSaid, type RoomRecord } from '../sync/record.ts';
import type { Records } from '../sync/records.ts';
import { joinRuleOf, tagOf, visibilityOf } from '../sync/rules.ts';
import { Alerts } from './alerts.ts';
import { setNotify } from './notify.ts';
import { directPeople, directWith, noteDirect } from './direct.ts';
import { describeRoom, readDirectory, roomsWithin } from './directory.ts';
import { leave } from './leaving.ts';
import { Previews } from './previews.ts';
import { sameRows, sameSlice, ShownConversations } from './shown.ts';

const roomAnswer = v.object({
  room_id: v.pipe(
    v.string(),
    v.transform((id) => id as V.RoomId)
  )
});

const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
const readable = {
  type: 'm.room.history_visibility',
  state_key: '',
  content: { history_visibility: visibilityOf.anybody }
};
const knocking = { type: 'm.room.join_rules', state_key: '', content: { join_rule: joinRuleOf.knock } };

/** In a place nobody writes (Matrix 1.16 client-server, "Spaces"). */
const place = { creation_content: { type: 'm.space' }, power_level_content_override: { events_default: 100 } };

/** Conversations that a search shows. */
const mostFound = 8;

type Deps = {
  server: Server;
  records: Records;
  accountData: AccountData;
  crypto: () => Crypto | undefined;
  me: V.UserId;
};

export class Conversations implements Port {
  readonly #deps: Deps;
  readonly #previews: Previews;
  readonly #watchers = new Listeners<() => void>();
  readonly #shown = new ShownConversations();
  readonly #alerts: Alerts;
  readonly #direct = new Map<V.UserId, Promise<V.RoomId>>();

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#previews = new Previews(
      deps.crypto,
      () => this.refresh(),
      (room, event, body) => {
        const record = deps.records.look(room);
        if (record) deps.records.apply([withSaid(record, event, body)]);
      }
    );
    this.#alerts = new Alerts({ records: deps.records, show: (record) => this.show(record) }, life);
    const stops = [
      deps.records.onChange(() => this.refresh()),
      deps.accountData.onChange(({ type }) => {
        if (type === 'm.direct') this.refresh();
      })
    ];
    life.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
  }

  /** Something that rows show has changed. */
  refresh(): void {
    this.#watchers.tell((update) => update());
    this.#alerts.refresh();
  }

  list(range: V.Range): Live<V.Slice<V.Conversation>> {
    const { records } = this.#deps;
    return this.#watch((last: V.Slice<V.Conversation> | undefined) => {
      const rows = records.rows(range);
      if (!rows) return undefined;
      const slice = { total: records.summary.total, start: range.start, rows: rows.map((row) => this.show(row)) };
      return { value: sameSlice(last, slice) ? last : slice, rooms: rows };
    });
  }

  one(room: V.RoomId): Live<V.Conversation | null> {
    const { records } = this.#deps;
    return this.#watch(() => {
      const record = records.known ? records.look(room) : undefined;
      if (record === undefined) return undefined;
      if (record === null || record.membership === 'left') {
        // Made or joined a moment ago: the sync is about to tell of it.
        return records.isExpected(room) ? undefined : { value: null, rooms: [] };
      }
      return { value: this.show(record), rooms: [record] };
    });
  }

  search(term: string): Live<readonly V.Conversation[]> {
    const { records } = this.#deps;
    const wanted = folded(term.trim());
    return this.#watch((last: readonly V.Conversation[] | undefined) => {
      const found = wanted === '' ? [] : records.named(wanted, mostFound);
      if (!found) return undefined;
      const rows = found.map((row) => this.show(row));
      return { value: sameRows(last, rows) ? last : rows, rooms: found };
    });
  }

  unread(): Live<V.Unread> {
    const { records } = this.#deps;
    return this.#watch(() => (records.known ? { value: records.summary.unread, rooms: [] } : undefined));
  }

  async create({ door, ...form }: V.NewRoom): Promise<V.RoomId> {
    return this.#create({
      name: form.name,
      topic: form.topic || undefined,
      ...(form.kind === 'place' && place),
      preset: door === 'open' ? 'public_chat' : 'private_chat',
      visibility: door === 'invitation' ? 'private' : 'public',
      initial_state: [
        ...(form.sealed ? [encryption] : []),
        ...(door === 'knock' ? [knocking] : []),
        // Whoever could come in may look in before.
        ...(door === 'open' && !form.sealed ? [readable] : [])
      ]
    });
  }

  direct(person: V.UserId): Promise<V.RoomId> {
    // Two presses are one conversation.
    const running = this.#direct.get(person) ?? this.#findOrMake(person).finally(() => this.#direct.delete(person));
    this.#direct.set(person, running);
    return running;
  }

  async invite(room: V.RoomId, person: V.UserId): Promise<void> {
    await this.#exists(person);
    await this.#deps.server.call('POST', path`/_matrix/client/v3/rooms/${room}/invite`, anything, {
      body: { user_id: person }
    });
  }

  async join(room: string, via: readonly string[] = []): Promise<V.RoomId> {
    const known = await this.#deps.records.find(room as V.RoomId);
    // A version 12 room id names no server: the one of whoever invited us knows the room (MSC4291).
    const inviter = known?.inviter?.split(':').slice(1).join(':');
    const servers = via.length > 0 ? via : inviter ? [inviter] : [];
    const answer = await this.#deps.server.call('POST', path`/_matrix/client/v3/join/${room}`, roomAnswer, {
      query: { via: servers, server_name: servers },
      body: {},
      timeout: 120_000
    });
    this.#deps.records.expect(answer.room_id);
    if (known?.direct && known.inviter) await noteDirect(known.inviter, answer.room_id, this.#deps.accountData);
    return answer.room_id;
  }

  leave(room: V.RoomId): Promise<void> {
    return leave(room, this.#deps);
  }

  alerts(): Live<readonly V.Alert[]> {
    return this.#alerts.live;
  }

  setNotify(room: V.RoomId, notify: V.Notify): Promise<void> {
    return setNotify(room, notify, this.#deps);
  }

  async setShelf(room: V.RoomId, shelf: V.Shelf): Promise<void> {
    const { server, records, me } = this.#deps;
    for (const [name, tag] of Object.entries(tagOf)) {
      const at = path`/_matrix/client/v3/user/${me}/rooms/${room}/tags/${tag}`;
      if (name === shelf) await server.call('PUT', at, anything, { body: {} });
      else await server.call('DELETE', at, anything);
    }
    // Of a conversation below the window of the list the server does not tell.
    await records.read([room]);
    const record = records.get(room);
    if (record) records.apply([{ ...record, shelf }]);
  }

  directory(query: V.DirectoryQuery): Promise<V.Directory> {
    return readDirectory(query, this.#deps);
  }

  describe(room: string, via: readonly string[] = []): Promise<V.OpenRoom> {
    return describeRoom(room, via, this.#deps);
  }

  within(place: V.RoomId): Promise<readonly V.PlacedRoom[]> {
    return roomsWithin(place, this.#deps);
  }

  async knock(room: string, reason: string, via: readonly string[] = []): Promise<void> {
    await this.#deps.server.call('POST', path`/_matrix/client/v3/knock/${room}`, anything, {
      query: { via, server_name: via },
      body: reason.trim() ? { reason: reason.trim() } : {},
      timeout: 120_000
    });
  }

  async #findOrMake(person: V.UserId): Promise<V.RoomId> {
    const { accountData, records } = this.#deps;
    await records.whole;
    const known = directWith(person, accountData, records);
    if (known) {
      await records.read([known]);
      const record = records.get(known);
      if (record?.membership === 'invited') await this.join(known);
      // She left it: one writes to nobody unless she is asked back.
      else if (record && record.joinedCount + record.invitedCount < 2) await this.invite(known, person);
      return known;
    }
    await this.#exists(person);
    const room = await this.#create({
      preset: 'private_chat',
      is_direct: true,
      invite: [person],
      initial_state: [encryption],
      // Both may do everything. The preset for that would make her a creator, whom nobody can ever remove (room version 12).
      power_level_content_override: { users: { [person]: 100 } }
    });
    await noteDirect(person, room, accountData);
    return room;
  }

  /** A slip of the pen is told now: servers invite people whom nobody ever registered. */
  async #exists(person: V.UserId): Promise<void> {
    await this.#deps.server.call('GET', path`/_matrix/client/v3/profile/${person}`, anything).catch((thrown) => {
      // Another zone may be away, or keep its profiles to itself: only a clear no counts.
      const failure = Failure.from(thrown);
      if (failure.reason === 'not-found' || failure.reason === 'signed-out') throw failure;
    });
  }

  async #create(body: Record<string, unknown>): Promise<V.RoomId> {
    const answer = await this.#deps.server.call('POST', '/_matrix/client/v3/createRoom', roomAnswer, {
      body,
      timeout: 120_000
    });
    this.#deps.records.expect(answer.room_id);
    return answer.room_id;
  }

  /** A record as pages show it. */
  show(record: RoomRecord): V.Conversation {
    const { me, accountData } = this.#deps;
    return this.#shown.of(record, { me, direct: directPeople(accountData), bodyOf: (of) => this.#previews.of(of) });
  }

  /** `look` tells what is to be shown, and of which records: they stay in memory while somebody looks. */
  #watch<T>(
    look: (last: T | undefined) => { value: T | undefined; rooms: readonly RoomRecord[] } | undefined
  ): Live<T> {
    const cell: Cell<T> = new Cell<T>(look(undefined)?.value, () => {
      let unpin = () => {};
      const update = () => {
        const seen = look(cell.current);
        if (!seen) return;
        const pin = this.#deps.records.pin(seen.rooms.map(({ id }) => id));
        unpin();
        unpin = pin;
        if (seen.value !== undefined) cell.set(seen.value);
      };
      const stop = this.#watchers.add(update);
      update();
      return () => {
        stop();
        unpin();
      };
    });
    return cell;
  }
}
