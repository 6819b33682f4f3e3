import * as v from 'valibot';
import type { RoomId, UserId } from '../../values.ts';
import { rawEvent, tolerant, wellFormed } from '../event.ts';
import { path, type Server } from '../server.ts';

const page = v.object({
  chunk: v.pipe(
    v.array(v.unknown()),
    v.transform((events) => wellFormed(rawEvent, events))
  ),
  state: tolerant(rawEvent),
  start: v.optional(v.string()),
  end: v.optional(v.string())
});
export type Page = v.InferOutput<typeof page>;

type PageOptions = {
  from?: string | null;
  limit: number;
  sender?: UserId;
  types?: readonly string[];
  /** Of those alone that hold the address of a file in clear. */
  files?: boolean;
  signal?: AbortSignal;
};

/** How histories are asked for: with the names of who wrote. */
export const lazyMembers = { lazy_load_members: true };

function messages(server: Server, room: RoomId, dir: 'b' | 'f', options: PageOptions): Promise<Page> {
  const { sender, types, files } = options;
  const filter = JSON.stringify({
    ...lazyMembers,
    ...(sender && { senders: [sender] }),
    ...(types && { types }),
    ...(files && { contains_url: true })
  });
  return server.call('GET', path`/_matrix/client/v3/rooms/${room}/messages`, page, {
    query: { dir, limit: String(options.limit), from: options.from ?? undefined, filter },
    signal: options.signal
  });
}

/** One page of history, newest first (Matrix 1.16 client-server, `GET /rooms/{roomId}/messages`). `from` absent: from the live end. `sender`, `types`: of that person, of those types alone. */
export const messagesBefore = (server: Server, room: RoomId, options: PageOptions): Promise<Page> =>
  messages(server, room, 'b', options);

/** One page towards the live end, oldest first. Without an `end` nothing more is there yet. */
export const messagesAfter = (server: Server, room: RoomId, options: PageOptions & { from: string }): Promise<Page> =>
  messages(server, room, 'f', options);
