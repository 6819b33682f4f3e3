import * as v from 'valibot';
import { isUserId } from '$protocol/address.ts';
import { withoutTurns } from '../unruly.ts';
import type { EventId, UserId } from '../values.ts';

const content = v.optional(v.record(v.string(), v.unknown()), {});

/** `schema`, or undefined where something else stands there: one odd field does not spoil what stands around it. */
export const lenient = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined);

/** The latest time that a `Date` can hold, in ms: a server may claim a later one, and no calendar could show it. */
const latest = 8.64e15;

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
  origin_server_ts: v.pipe(
    v.number(),
    v.transform((at) => Math.min(Math.max(0, at), latest))
  ),
  state_key: v.optional(v.string()),
  content,
  unsigned: v.fallback(v.optional(v.looseObject({ transaction_id: lenient(v.string()) }), {}), {})
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

const parse = <Schema extends v.GenericSchema>(schema: Schema, item: unknown): v.InferOutput<Schema>[] => {
  const parsed = v.safeParse(schema, item);
  return parsed.success ? [parsed.output] : [];
};

/** Those of `items` that fit. */
export const wellFormed = <Schema extends v.GenericSchema>(schema: Schema, items: readonly unknown[]) =>
  items.flatMap((item) => parse(schema, item));

/** A list whose malformed members are left out instead of spoiling the rest. What is no list is an empty one. */
export const tolerant = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.transform((items) => (Array.isArray(items) ? wellFormed(schema, items) : []))
    ),
    []
  );

/** The same for things by name. */
export const tolerantRecord = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.transform((things): Record<string, v.InferOutput<Schema>> => {
        const entries = typeof things === 'object' && things !== null ? Object.entries(things) : [];
        return Object.fromEntries(entries.flatMap(([name, thing]) => parse(schema, thing).map((one) => [name, one])));
      })
    ),
    {}
  );

/** A name or a topic of someone else's content, or undefined where it is none. Bounded: it is one line of a list. */
export function text(value: unknown, most = 500): string | undefined {
  // Cut before it is looked through, for it may be long, and after, for it may be piled up.
  const said = typeof value === 'string' ? withoutTurns(value.slice(0, 10 * most)).slice(0, most) : '';
  return said.trim() === '' ? undefined : said;
}

/** What stands in `content.m.relates_to`, where it is well formed. */
export function relation(content: Record<string, unknown>): { type: string; event: EventId } | null {
  const related = content['m.relates_to'];
  if (typeof related !== 'object' || related === null) return null;
  const { rel_type: type, event_id: event } = related as Record<string, unknown>;
  return typeof type === 'string' && typeof event === 'string' ? { type, event: event as EventId } : null;
}
