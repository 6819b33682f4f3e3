import type { RoomId, SharedFile, SharedFiles } from '../../values.ts';
import { Failure } from '../../failure.ts';
import type { Crypto } from '../crypto/crypto.ts';
import type { Server } from '../server.ts';
import { messagesBefore } from '../sync/gap.ts';
import type { Records } from '../sync/records.ts';
import { isDeleted, Opener, type Entry } from '../timeline/entry.ts';
import { Namebook } from '../timeline/namebook.ts';
import { bodyOfEntry } from '../timeline/rows.ts';
import { beside } from '../timeline/told.ts';

/** Files of a part; nearly as many as fill a page of a screen. */
const enough = 30;
/** Pages that are looked through for a part: of what is encrypted nobody tells which events hold files. */
const [pageSize, mostPages] = [100, 10];

export type SharedDeps = {
  readonly server: Server;
  readonly records: Records;
  /** Resolves when there is one. */
  readonly crypto: () => Promise<Crypto>;
};

/** The files of a conversation from its end, or from `next` back. */
export async function readShared(
  room: RoomId,
  next: string | undefined,
  { server, records, crypto: ready }: SharedDeps,
  signal: AbortSignal
): Promise<SharedFiles> {
  await records.find(room);
  await records.read([room]);
  const record = records.get(room);
  if (!record) throw new Failure('not-found', `${room}: not in this room`);
  const isSealed = record.encryption !== null;
  const crypto = isSealed ? await ready() : undefined;
  const opener = new Opener(
    room,
    () => crypto,
    () => undefined
  );
  const oldest = record.keeps === null ? 0 : Date.now() - record.keeps;
  const types = isSealed ? ['m.room.encrypted', 'm.room.message'] : ['m.room.message'];
  const files: SharedFile[] = [];
  const kept = () => files.filter(({ at }) => at >= oldest);
  let [from, since] = [next, Date.now()];
  for (let pages = 0; pages < mostPages && files.length < enough; pages++) {
    const page = await messagesBefore(server, room, { from, limit: pageSize, types, files: !isSealed, signal });
    const names = new Namebook();
    names.learn(page.state);
    files.push(...(await opener.all(page.chunk)).flatMap((entry) => fileIn(entry, names) ?? []));
    since = page.chunk.at(-1)?.origin_server_ts ?? since;
    // A server that stands still has nothing more.
    if (page.end === undefined || page.end === from || since < oldest)
      return { files: kept(), next: null, since: null };
    from = page.end;
  }
  return { files: kept(), next: from ?? null, since };
}

function fileIn(entry: Entry, names: Namebook): SharedFile | null {
  const { event_id: event, sender, origin_server_ts: at } = entry.raw;
  const body = bodyOfEntry({ entry, edit: beside(entry), deleted: isDeleted(entry.raw) });
  return body?.type === 'file' ? { event, at, sender: names.person(sender), body } : null;
}
