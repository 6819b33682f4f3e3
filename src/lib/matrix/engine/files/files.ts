import { Failure } from '../../failure.ts';
import { openFile } from '../../media/sealed-file.ts';
import type { Files as Port } from '../../ports.ts';
import type { RoomId, SharedFiles, Source } from '../../values.ts';
import type { Outbox } from '../outbox.ts';
import { path } from '../server.ts';
import { readShared, type SharedDeps } from './shared.ts';
import type { Uploads } from './uploads.ts';

/** Bytes of a file that is held in memory as a whole. */
const largest = 200 * 1024 * 1024;

type Deps = SharedDeps & { readonly outbox: Outbox; readonly uploads: Uploads };

/** Files as pages ask for them where no service worker brings them, and what the zone takes. */
export class Files implements Port {
  readonly #deps: Deps;
  readonly #life: AbortSignal;

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
  }

  limit(): Promise<number | null> {
    return this.#deps.uploads.limit();
  }

  shared(room: RoomId, next?: string): Promise<SharedFiles> {
    return readShared(room, next, this.#deps, this.#life);
  }

  async bytes(source: Source): Promise<Blob> {
    if (source.at === 'outbox') {
      const bytes = this.#deps.outbox.file(source.transaction)?.[source.part === 'file' ? 'bytes' : 'thumbnail'];
      if (!bytes) throw new Failure('not-found', source.transaction);
      return bytes;
    }
    const [, server, id] = /^mxc:\/\/([^/]+)\/([^/]+)$/.exec(source.content) ?? [];
    if (!server || !id) throw new Failure('not-found', 'no address of media');
    const at = path`/_matrix/client/v1/media/download/${server}/${id}`;
    const bytes = await this.#deps.server.bytes(at, largest, this.#life);
    return source.seal ? new Blob([await openFile(await bytes.arrayBuffer(), source.seal)]) : bytes;
  }
}
