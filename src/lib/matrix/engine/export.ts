import * as v from 'valibot';
import { Failure } from '../failure.ts';
import type { About, Line, Source } from '../export/source.ts';
import type { Files } from '../ports.ts';
import type { Conversation, EventId, Member, RoomId, UserId } from '../values.ts';
import type { Crypto } from './crypto/crypto.ts';
import { rawEvent, tolerant } from './event.ts';
import { BackOff, Pause } from './pause.ts';
import { toMembers } from './people/members.ts';
import { path, type Server } from './server.ts';
import type { AccountData } from './sync/account-data.ts';
import { messagesBefore } from './sync/gap.ts';
import type { RoomRecord } from './sync/record.ts';
import type { Records } from './sync/records.ts';
import { photoOf } from './sync/rules.ts';
import type { AccountDatum } from './sync/wire.ts';
import { isDeleted, isOpen, isSilent, Opener, relationOf, type Entry } from './timeline/entry.ts';
import { Namebook } from './timeline/namebook.ts';
import { bodyOfEntry } from './timeline/rows.ts';
import { beside } from './timeline/told.ts';

const pageSize = 100;
const document = v.record(v.string(), v.unknown());
const state = tolerant(rawEvent);

type Deps = {
  readonly server: Server;
  readonly records: Records;
  readonly accountData: AccountData;
  readonly files: Pick<Files, 'bytes'>;
  /** Resolves when there is one. */
  readonly crypto: () => Promise<Crypto>;
  readonly show: (record: RoomRecord) => Conversation;
  readonly me: UserId;
};

/** All that the zone and the keys of this device tell of an account, for its export. It has patience with a zone that asks for it. */
export class ZoneData implements Source {
  readonly #deps: Deps;
  readonly #signal: AbortSignal;
  readonly #pause: Pause;

  constructor(deps: Deps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
    this.#pause = new Pause(signal);
  }

  async about(): Promise<About> {
    const { server, accountData, me } = this.#deps;
    const signal = this.#signal;
    const at = path`/_matrix/client/v3/profile/${me}`;
    const profile = await this.#patiently(() => server.call('GET', at, document, { signal }));
    const devices = await this.#patiently(() => server.call('GET', '/_matrix/client/v3/devices', document, { signal }));
    const photo = photoOf(profile.avatar_url);
    return {
      documents: { profile: { user_id: me, ...profile }, ...devices, 'account-data': openDocuments(accountData.all()) },
      photo: photo === null ? null : { at: 'zone', content: photo, seal: null }
    };
  }

  async conversations(): Promise<readonly Conversation[]> {
    const { records, show } = this.#deps;
    await records.whole;
    const all: Conversation[] = [];
    for (const { id } of [...records.listed()]) {
      await records.read([id]);
      const record = records.get(id);
      if (record) all.push(show(record));
    }
    return all;
  }

  async members(room: RoomId): Promise<readonly Member[]> {
    const at = path`/_matrix/client/v3/rooms/${room}/state`;
    const signal = this.#signal;
    return toMembers(await this.#patiently(() => this.#deps.server.call('GET', at, state, { signal })), this.#deps.me);
  }

  history(id: RoomId): () => Promise<readonly Line[] | null> {
    const names = new Namebook();
    /** Read backwards, a deletion comes before what it deletes, and before what that said in other words. */
    const deleted = new Set<unknown>();
    let room: Promise<{ readonly opener: Opener; readonly keeps: number | null }> | undefined;
    let from: string | null | undefined;
    return async () => {
      if (from === null) return null;
      room ??= this.#open(id);
      const { server } = this.#deps;
      const options = { from, limit: pageSize, signal: this.#signal };
      const page = await this.#patiently(() => messagesBefore(server, id, options));
      // A server that stands still has nothing more.
      from = page.end === undefined || page.end === from ? null : page.end;
      names.learn(page.state, { overwrite: false });
      const { opener, keeps } = await room;
      const oldest = keeps === null ? 0 : Date.now() - keeps;
      const entries = await opener.all(page.chunk.filter(({ origin_server_ts: at }) => at >= oldest));
      return entries.flatMap((entry) => {
        const { type, content, redacts, event_id: event } = entry.raw;
        if (type === 'm.room.redaction') deleted.add(content.redacts ?? redacts);
        const isGone = deleted.has(event) || deleted.has(editedBy(entry));
        return isGone && !isDeleted(entry.raw) ? [] : [this.#lineOf(entry, names)];
      });
    };
  }

  bytes(source: Parameters<Source['bytes']>[0]): Promise<Blob> {
    return this.#patiently(() => this.#deps.files.bytes(source));
  }

  #lineOf(entry: Entry, names: Namebook): Line {
    const { raw, opened } = entry;
    const isSealed = raw.type === 'm.room.encrypted' && !isDeleted(raw);
    const said = isOpen(opened) ? { type: opened.type, content: opened.content } : { unreadable: opened.cause };
    return {
      original: isSealed ? { ...raw, opened: said } : raw,
      at: raw.origin_server_ts,
      sender: names.person(raw.sender),
      mine: raw.sender === this.#deps.me,
      body: isSilent(entry) ? null : bodyOfEntry({ entry, edit: beside(entry), deleted: isDeleted(raw) })
    };
  }

  /** Where there is no crypto, or none any more, what is sealed stays sealed. */
  async #open(room: RoomId) {
    const { records, crypto: ready } = this.#deps;
    await records.read([room]);
    const record = records.get(room);
    const crypto = record?.encryption ? await ready().catch(() => undefined) : undefined;
    const opener = new Opener(
      room,
      () => crypto,
      () => undefined
    );
    return { opener, keeps: record?.keeps ?? null };
  }

  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    const backOff = new BackOff();
    for (;;) {
      try {
        return await ask();
      } catch (thrown) {
        const failure = Failure.from(thrown);
        if (failure.reason !== 'too-many-attempts' || this.#signal.aborted) throw thrown;
        await this.#pause.for(backOff.next(failure.retryAfter));
      }
    }
  }
}

/** What an edit says better. */
function editedBy(entry: Entry): EventId | undefined {
  const related = relationOf(entry);
  return related?.type === 'm.replace' ? related.event : undefined;
}

/** What keeps or opens secrets (Matrix 1.16 client-server, "Secrets", "Cross-signing", "Server-side key backups"). */
const secret = /(?:^|\.)(?:secret_storage|cross_signing|megolm_backup|dehydrated_device)(?:\.|$)/;

/** The account's documents, without those that are secrets or hold some: of these the names alone. */
function openDocuments(all: readonly AccountDatum[]) {
  const isOpen = ({ type, content }: AccountDatum) => !secret.test(type) && !('encrypted' in content);
  return { documents: all.filter(isOpen), left_out: all.filter((one) => !isOpen(one)).map(({ type }) => type) };
}
