import * as v from 'valibot';
import { isUserId } from '$protocol/address.ts';
import type { UserId } from '../../values.ts';
import { lenient, rawEvent, strippedEvent, tolerant, tolerantRecord, wellFormed } from '../event.ts';
import { ServerError, type Server } from '../server.ts';

/**
 * Simplified sliding sync (MSC4186 as Synapse serves it), spoken directly: the SDK's classes for it cannot resume
 * and drop what they do not know.
 */
const path = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';

const userId = v.custom<UserId>((id) => typeof id === 'string' && isUserId(id));

const hero = v.looseObject({
  user_id: userId,
  displayname: lenient(v.nullable(v.string())),
  avatar_url: lenient(v.nullable(v.string()))
});

const room = v.looseObject({
  name: lenient(v.string()),
  heroes: lenient(tolerant(hero)),
  initial: v.fallback(v.optional(v.boolean(), false), false),
  // Where in doubt, something is missing: what is known is read again.
  limited: v.fallback(v.optional(v.boolean(), false), true),
  is_dm: lenient(v.boolean()),
  bump_stamp: lenient(v.number()),
  joined_count: lenient(v.number()),
  invited_count: lenient(v.number()),
  prev_batch: lenient(v.string()),
  required_state: tolerant(rawEvent),
  timeline: tolerant(rawEvent),
  invite_state: lenient(
    v.pipe(
      v.array(v.unknown()),
      v.transform((items) => wellFormed(strippedEvent, items))
    )
  )
});
export type RoomUpdate = v.InferOutput<typeof room>;

const anyContent = v.record(v.string(), v.unknown());
const accountDatum = v.object({ type: v.string(), content: anyContent });
export type AccountDatum = v.InferOutput<typeof accountDatum>;

const toDeviceEvent = v.looseObject({ type: v.string(), sender: v.string(), content: anyContent });
const ephemeral = lenient(v.looseObject({ rooms: tolerantRecord(v.looseObject({ content: anyContent })) }));
const list = v.looseObject({
  count: v.number(),
  ops: tolerant(v.looseObject({ room_ids: tolerant(v.string()) }))
});

/** Only a missing position spoils an answer: whatever else is malformed is left out, or the sync would stand still. */
export const response = v.object({
  pos: v.string(),
  lists: tolerantRecord(list),
  rooms: tolerantRecord(room),
  extensions: v.fallback(
    v.optional(
      v.looseObject({
        account_data: lenient(
          v.object({ global: tolerant(accountDatum), rooms: lenient(tolerantRecord(tolerant(accountDatum))) })
        ),
        receipts: ephemeral,
        typing: ephemeral,
        to_device: lenient(v.object({ next_batch: v.string(), events: tolerant(toDeviceEvent) })),
        e2ee: lenient(
          v.looseObject({
            device_lists: lenient(v.object({ changed: tolerant(userId), left: tolerant(userId) })),
            device_one_time_keys_count: lenient(v.record(v.string(), v.number())),
            device_unused_fallback_key_types: lenient(v.array(v.string()))
          })
        )
      }),
      {}
    ),
    {}
  )
});
export type SyncResponse = v.InferOutput<typeof response>;

/** Places in a list, both ends included. A list has one such range: with two, Synapse fails at its extensions. */
export type Range = readonly [first: number, last: number];

export type RequiredState = readonly (readonly [type: string, stateKey: string])[];

/** For rows of the list; `$ME` tells joins and leaves done elsewhere, `$LAZY` brings the names of who wrote. */
export const listState: RequiredState = [
  ['m.room.member', '$ME'],
  ['m.room.member', '$LAZY'],
  ['m.room.encryption', ''],
  ['m.room.create', ''],
  ['m.room.join_rules', ''],
  ['m.room.avatar', ''],
  ['m.room.topic', '']
];

/** For a conversation that is open. */
export const openState: RequiredState = [
  ...listState,
  ['m.room.name', ''],
  ['m.room.power_levels', ''],
  ['m.room.pinned_events', ''],
  ['m.room.history_visibility', ''],
  ['m.room.retention', ''],
  ['m.room.canonical_alias', '']
];

export type SyncRequest = {
  conn_id: string;
  lists?: Record<string, { ranges: readonly [Range]; required_state: RequiredState; timeline_limit: number }>;
  room_subscriptions?: Record<string, { required_state: RequiredState; timeline_limit: number }>;
  extensions: Record<string, { enabled: true; limit?: number; since?: string }>;
};

/** The server has forgotten the position (they live seven days); everything comes anew as `initial`. */
export const isUnknownPosition = (thrown: unknown): boolean =>
  thrown instanceof ServerError && thrown.code === 'M_UNKNOWN_POS';

/**
 * The server fails by itself, and not something on the way to it. From a position behind which a room was left and
 * forgotten Synapse 1.163 does so for ever.
 */
export const isServerFault = (thrown: unknown): boolean => thrown instanceof ServerError && thrown.status === 500;

/** One request. `wait` is how long the server may hold it while nothing happens, in ms. */
export function slidingSync(
  server: Server,
  request: SyncRequest,
  { pos, wait, signal }: { pos: string | undefined; wait: number; signal: AbortSignal }
): Promise<SyncResponse> {
  return server.call('POST', path, response, {
    query: { timeout: String(wait), pos },
    body: request,
    signal,
    timeout: wait + 30_000
  });
}
