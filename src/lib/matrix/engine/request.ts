import { Failure } from '../failure.ts';
import type { RoomId } from '../values.ts';
import { placeFile } from '../writing/file-content.ts';
import { path } from './server.ts';
import type { OutboxItem } from './store/database.ts';

/** Turns a message into what may leave: itself in a plain room, sealed in an encrypted one. Rejects otherwise. */
export type Seal = (
  room: RoomId,
  type: string,
  content: Record<string, unknown>
) => Promise<{ type: string; content: Record<string, unknown> }>;

/** Where in its content an event names its sending. The server forgets transactions after a day; the room tells still. */
export const source = 'tertulia.source';

/** The type of what deletes the event named in its `redacts`. It says nothing, and is sealed nowhere (Matrix 1.16, "Redactions"). */
export const deletion = 'm.room.redaction';

/** The request that sends a message, sealed where its conversation is. Rejects where it may not leave. */
export async function requestOf(
  { room, type: kind, transaction, content: said, file }: OutboxItem,
  seal: Seal
): Promise<{ readonly at: string; readonly body: Record<string, unknown> }> {
  if (kind === deletion) {
    const { redacts, ...body } = said;
    return { at: path`/_matrix/client/v3/rooms/${room}/redact/${String(redacts)}/${transaction}`, body };
  }
  const stored = file?.stored;
  const all = { ...(stored ? placeFile(said, stored) : said), [source]: transaction };
  const { type, content: body } = await seal(room, kind, all);
  // The conversation became encrypted meanwhile: so does the file.
  if (type !== kind && stored?.file.seal === null) throw new Failure('encryption-not-ready', 'the file lies in clear');
  return { at: path`/_matrix/client/v3/rooms/${room}/send/${type}/${transaction}`, body };
}
