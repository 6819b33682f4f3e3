import * as v from 'valibot';
import { isUserId } from '$protocol/address.ts';
import type { EventId, UserId } from '../values.ts';

const content = v.optional(v.record(v.string(), v.unknown()), {});

/**
 * An event of a room as servers send it (Matrix 1.16 client-server, "Room event format"). What is malformed beyond use
 * is dropped at this border; content stays unknown until a reader of that type looks at it.
 */
export const rawEvent = v.looseObject({
  event_id: v.pipe(
    v.string(),
    v.transform((id) => id as EventId)
  ),
  type: v.string(),
  sender: v.pipe(
    v.custom<string>((id) => typeof id === 'string' && isUserId(id)),
    v.transform((id) => id as UserId)
  ),
  origin_server_ts: v.number(),
  state_key: v.optional(v.string()),
  content,
  unsigned: v.optional(v.looseObject({ transaction_id: v.optional(v.string()) }), {})
});
export type RawEvent = v.InferOutput<typeof rawEvent>;

/** The stripped state of an invitation has neither id nor time. */
export const strippedEvent = v.looseObject({
  type: v.string(),
  sender: v.string(),
  state_key: v.optional(v.string()),
  content
});
export type StrippedEvent = v.InferOutput<typeof strippedEvent>;

/** A list whose malformed members are left out instead of spoiling the rest. */
export const tolerant = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(
    v.pipe(
      v.array(v.unknown()),
      v.transform((items) =>
        items.flatMap((item) => {
          const parsed = v.safeParse(schema, item);
          return parsed.success ? [parsed.output as v.InferOutput<Schema>] : [];
        })
      )
    ),
    []
  );

/** A text of someone else's content, or undefined where it is none. Bounded: names and topics are one line of a list. */
export const text = (value: unknown, most = 500): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, most) : undefined;

/** What stands in `content.m.relates_to`, where it is well formed. */
export function relation(content: Record<string, unknown>): { type: string; event: EventId } | null {
  const related = content['m.relates_to'];
  if (typeof related !== 'object' || related === null) return null;
  const { rel_type: type, event_id: event } = related as Record<string, unknown>;
  return typeof type === 'string' && typeof event === 'string' ? { type, event: event as EventId } : null;
}
