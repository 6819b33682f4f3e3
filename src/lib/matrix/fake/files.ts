import { Failure } from '../failure.ts';
import type { Files } from '../ports.ts';
import type { Attachment, FileBody, RoomId, SharedFile, Source } from '../values.ts';
import type { Letter } from './outbox.ts';
import { rowOf } from './rows.ts';
import type { FakeSession } from './session.ts';

/** Files of a part of those of a conversation. */
const page = 30;

export class FakeFiles implements Files {
  readonly #session: FakeSession;

  constructor(session: FakeSession) {
    this.#session = session;
  }

  limit(): Promise<number | null> {
    return this.#session.command('files.limit', () => this.#session.zone.largestFile);
  }

  shared(id: RoomId, next = '0') {
    const session = this.#session;
    return session.command('files.shared', () => {
      const room = session.room(id);
      const state = room.state();
      const rows = state.lines.toReversed().map((event) => rowOf(session, { room: id, state, shown: [] }, event));
      const files = rows.flatMap((row): SharedFile[] => {
        if (row.kind !== 'message' || row.event === null || row.body.type !== 'file') return [];
        return [{ event: row.event, at: row.at, sender: row.sender, body: row.body }];
      });
      const end = Number(next) + page;
      const isMore = files.length > end;
      const part = files.slice(Number(next), end);
      return { files: part, next: isMore ? String(end) : null, since: isMore ? (part.at(-1)?.at ?? null) : null };
    });
  }

  async bytes(source: Source): Promise<Blob> {
    const session = this.#session;
    if (source.at === 'outbox') {
      const file = session.outbox.fileOf(source.transaction);
      const bytes = source.part === 'file' ? file?.bytes : file?.thumbnail?.bytes;
      if (!bytes) throw new Failure('not-found', 'nothing waits under this name');
      return bytes;
    }
    return session.command('files.bytes', () => {
      const bytes = session.zone.media.get(source.content);
      if (!bytes) throw new Failure('not-found', 'no such file');
      return bytes;
    });
  }
}

/** What is said of a file, without where it is. */
const about = ({ kind, name, bytes, shape, duration, blurhash, voice }: Attachment): FileBody => ({
  type: 'file',
  kind,
  name,
  mimetype: bytes.type || 'application/octet-stream',
  size: bytes.size,
  ...(shape && { shape }),
  ...(duration !== undefined && { duration }),
  ...(blurhash !== undefined && { blurhash }),
  ...(voice && { voice })
});

/** A file that waits to be sent, as its row shows it. */
export function waitingFile({ transaction }: Letter, file: Attachment): FileBody {
  const from = (part: 'file' | 'thumbnail'): Source => ({ at: 'outbox', transaction, part });
  return { ...about(file), source: from('file'), ...(file.thumbnail && { thumbnail: from('thumbnail') }) };
}

/** Puts a file at the zone. Fails with too-large. */
export function storedFile({ zone }: FakeSession, file: Attachment, sealed: boolean): FileBody {
  if (file.bytes.size > zone.largestFile) throw new Failure('too-large');
  const put = (bytes: Blob): Source => {
    const content = `mxc://${zone.name}/${zone.coin('media')}`;
    zone.media.set(content, bytes);
    return { at: 'zone', content, seal: sealed ? { key: zone.coin('key'), iv: 'iv', sha256: 'hash' } : null };
  };
  return { ...about(file), source: put(file.bytes), ...(file.thumbnail && { thumbnail: put(file.thumbnail.bytes) }) };
}
