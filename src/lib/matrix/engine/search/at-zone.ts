import * as v from 'valibot';
import type { EventId, MessageQuery, RoomId, UserId } from '../../values.ts';
import { lenient, rawEvent, text, tolerant, tolerantRecord } from '../event.ts';
import type { Server } from '../server.ts';
import { bodyOf } from '../timeline/body.ts';
import { isOpen, Opener, relationOf, type Entry } from '../timeline/entry.ts';
import { editIn } from '../timeline/told.ts';
import { textOf } from '../../writing/words.ts';
import { textIn } from './text.ts';

/** A message that holds what is looked for; `name`: how its sender is called there, empty where nobody says. */
export type Hit = {
  readonly room: RoomId;
  readonly event: EventId;
  readonly sender: UserId;
  readonly name: string;
  readonly at: number;
  readonly text: string;
};

const limit = 30;

const found = v.object({
  result: v.looseObject({
    ...rawEvent.entries,
    room_id: v.pipe(
      v.string(),
      v.transform((id) => id as RoomId)
    )
  }),
  context: v.optional(v.object({ profile_info: tolerantRecord(v.object({ displayname: lenient(v.string()) })) }), {})
});
const answer = v.object({
  search_categories: v.object({
    room_events: v.object({
      results: tolerant(found),
      highlights: tolerant(v.string()),
      next_batch: lenient(v.string())
    })
  })
});

/**
 * A part of what the zone finds in what it can read (Matrix 1.16 client-server, `POST /search`), the newest first; `next`
 * brings the next one. `words`: what stands for what is looked for, as the zone bends words of English.
 */
export async function findAtZone(
  server: Server,
  { term, room }: MessageQuery,
  next: string | undefined,
  signal: AbortSignal
): Promise<{ hits: readonly Hit[]; words: readonly string[]; next: string | undefined }> {
  const { search_categories: categories } = await server.call('POST', '/_matrix/client/v3/search', answer, {
    query: { next_batch: next },
    body: {
      search_categories: {
        room_events: {
          search_term: termOf(term),
          keys: ['content.body'],
          order_by: 'recent',
          filter: { limit, ...(room && { rooms: [room] }) },
          event_context: { before_limit: 0, after_limit: 0, include_profile: true }
        }
      }
    },
    signal
  });
  const { results, highlights, next_batch: more } = categories.room_events;
  const hits = await Promise.all(
    results.map(async ({ result, context }) => {
      const entry = await new Opener(
        result.room_id,
        () => undefined,
        () => undefined
      ).one(result);
      const name = text(context.profile_info?.[result.sender]?.displayname, 100) ?? '';
      return hitIn(entry, result.room_id, name);
    })
  );
  return { hits: hits.filter((hit) => hit !== null), words: highlights.slice(0, limit), next: more };
}

/**
 * The words as Synapse takes them: what it would take for a command is said in quotes, and `and` goes without saying. It
 * finds whole words, with their accents.
 */
const termOf = (term: string): string =>
  term
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|["“”]/gu, ''))
    .filter((word) => word !== '' && !/^and$/i.test(word))
    .map((word) => (/^(?:or|not|near)$/i.test(word) ? `"${word}"` : word))
    .join(' ');

/** An edit stands for the message that it says better. */
function hitIn(entry: Entry, room: RoomId, name: string): Hit | null {
  const { event_id: event, sender, origin_server_ts: at, type, state_key: key } = entry.raw;
  if (key !== undefined || type !== 'm.room.message' || !isOpen(entry.opened)) return null;
  const related = relationOf(entry);
  const isEdit = related?.type === 'm.replace';
  const said = isEdit ? textOf(bodyOf(type, editIn(entry)?.content ?? {})) : textIn(entry);
  return said ? { room, event: isEdit ? related.event : event, sender, name, at, text: said } : null;
}
