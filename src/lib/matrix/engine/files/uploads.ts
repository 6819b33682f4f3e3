import * as v from 'valibot';
import { Failure } from '../../failure.ts';
import { sealFile } from '../../media/sealed-file.ts';
import type { RoomId, TransactionId } from '../../values.ts';
import type { Stored } from '../../writing/file-content.ts';
import { following } from '../limit.ts';
import type { Server } from '../server.ts';
import type { OutboxFile, OutboxItem } from '../store/database.ts';

const config = v.object({ 'm.upload.size': v.optional(v.pipe(v.number(), v.minValue(0))) });
const uploaded = v.object({ content_uri: v.pipe(v.string(), v.regex(/^mxc:\/\//)) });

/** Progress is told at most so often: each time the row is drawn anew. */
const step = 0.01;

type Deps = {
  readonly server: Server;
  /** Whether what is sent to a conversation is sealed. */
  readonly encrypts: (room: RoomId) => Promise<boolean>;
};
/** `share`: from 0 to 1, once it is on its way. */
type Running = { share: number | undefined; readonly abort: (reason: unknown) => void };

/**
 * Files on their way to the zone, each under the message that it belongs to. One that was cut off starts anew: only what
 * the server has answered for is ever named in a message.
 */
export class Uploads {
  readonly #deps: Deps;
  readonly #life: AbortSignal;
  #limit: Promise<number | null> | undefined;
  readonly #running = new Map<TransactionId, Running>();

  constructor(deps: Deps, life: AbortSignal) {
    this.#deps = deps;
    this.#life = life;
  }

  /**
   * Bytes of the largest file that the zone takes; null where it does not say (Matrix 1.16 client-server,
   * `GET /_matrix/client/v1/media/config`). Asked once.
   */
  async limit(): Promise<number | null> {
    this.#limit ??= this.#deps.server
      .call('GET', '/_matrix/client/v1/media/config', config, { signal: this.#life })
      .then((answer) => answer['m.upload.size'] ?? null);
    try {
      return await this.#limit;
    } catch (thrown) {
      this.#limit = undefined;
      throw thrown;
    }
  }

  /** Puts bytes there that belong to no message, in clear. Returns their address. Fails with too-large, unreachable. */
  async put(bytes: Blob): Promise<string> {
    await this.#check(bytes);
    return this.#send(bytes, bytes.type, { signal: this.#life, onProgress: () => undefined });
  }

  /** How much of a file is there, from 0 to 1; undefined where none is on its way. */
  share(transaction: TransactionId): number | undefined {
    return this.#running.get(transaction)?.share;
  }

  /** Stops one that is on its way. */
  stop(transaction: TransactionId): void {
    this.#running.get(transaction)?.abort(new DOMException('taken back', 'AbortError'));
  }

  /** Brings the file of a message to the zone, unless it lies there as the conversation needs it. */
  async place({ room, transaction, content }: OutboxItem, file: OutboxFile, onChange: () => void): Promise<OutboxFile> {
    const { signal, abort, done } = following(this.#life);
    const running: Running = { share: undefined, abort };
    this.#running.set(transaction, running);
    const onProgress = (share: number) => {
      if (running.share !== undefined && share - running.share < step && share < 1) return;
      running.share = share;
      onChange();
    };
    try {
      const sealed = await this.#deps.encrypts(room);
      if (file.stored && (file.stored.file.seal !== null) === sealed) return file;
      await this.#check(file.bytes);
      signal.throwIfAborted();
      onProgress(0);
      const quietly = { signal, onProgress: () => undefined };
      const thumbnail = file.thumbnail ? await this.#put(file.thumbnail, sealed, quietly) : null;
      const name = typeof content.filename === 'string' ? content.filename : undefined;
      return {
        ...file,
        stored: { file: await this.#put(file.bytes, sealed, { signal, onProgress, name }), thumbnail }
      };
    } finally {
      done();
      this.#running.delete(transaction);
      if (running.share !== undefined) onChange();
    }
  }

  /** A server that is sent more than it takes breaks the connection off, and nobody hears why. */
  async #check({ size }: Blob): Promise<void> {
    const most = await this.limit();
    if (most !== null && size > most) throw new Failure('too-large', `${size} of ${most} bytes`);
  }

  async #put(
    bytes: Blob,
    sealed: boolean,
    how: { signal: AbortSignal; onProgress: (share: number) => void; name?: string | undefined }
  ): Promise<Stored> {
    if (!sealed) {
      const type = bytes.type || 'application/octet-stream';
      return { content: await this.#send(bytes, type, how), seal: null };
    }
    // Neither its name nor what it is: those stand sealed in the message.
    const { bytes: closed, seal } = await sealFile(await bytes.arrayBuffer());
    const { signal, onProgress } = how;
    const sending = this.#send(new Blob([closed]), 'application/octet-stream', { signal, onProgress });
    const [content, proved] = await Promise.all([sending, seal]);
    return { content, seal: proved };
  }

  /** Matrix 1.16 client-server, `POST /_matrix/media/v3/upload`. */
  async #send(
    bytes: Blob,
    type: string,
    {
      signal,
      onProgress,
      name
    }: { signal: AbortSignal; onProgress: (share: number) => void; name?: string | undefined }
  ): Promise<string> {
    const query = name ? `?${new URLSearchParams({ filename: name })}` : '';
    const headers = { 'content-type': type };
    const at = `/_matrix/media/v3/upload${query}`;
    return (await this.#deps.server.send(at, uploaded, bytes, { headers, signal, onProgress })).content_uri;
  }
}
