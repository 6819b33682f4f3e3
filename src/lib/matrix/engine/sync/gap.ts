import * as v from 'valibot';
import type { RoomId, UserId } from '../../values.ts';
import { rawEvent, tolerant } from '../event.ts';
import { path, type Server } from '../server.ts';

const page = v.object({
  chunk: tolerant(rawEvent),
  state: tolerant(rawEvent),
  end: v.optional(v.string())
});
export type Page = v.InferOutput<typeof page>;

/** One page of history, newest first (Matrix 1.16 client-server, `GET /rooms/{roomId}/messages`). `from` absent: from the live end. `sender`: of that person alone. */
export function messagesBefore(
  server: Server,
  room: RoomId,
  options: { from?: string | null; limit: number; sender?: UserId; signal?: AbortSignal }
): Promise<Page> {
  const filter = JSON.stringify({ lazy_load_members: true, ...(options.sender && { senders: [options.sender] }) });
  return server.call('GET', path`/_matrix/client/v3/rooms/${room}/messages`, page, {
    query: { dir: 'b', limit: String(options.limit), from: options.from ?? undefined, filter },
    signal: options.signal
  });
}
