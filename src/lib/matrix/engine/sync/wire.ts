import * as v from 'valibot';
import { rawEvent, strippedEvent, tolerant } from '../event.ts';
import { ServerError, type Server } from '../server.ts';

/**
 * Simplified sliding sync (MSC4186 as Synapse serves it), spoken directly: the SDK's classes for it cannot resume
 * and drop what they do not know.
 */
const path = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';

const room = v.looseObject({
  name: v.optional(v.string()),
  heroes: v.optional(v.array(v.looseObject({ user_id: v.string(), displayname: v.optional(v.nullable(v.string())) }))),
  initial: v.optional(v.boolean(), false),
  limited: v.optional(v.boolean(), false),
  is_dm: v.optional(v.boolean()),
  bump_stamp: v.optional(v.number()),
  joined_count: v.optional(v.number()),
  invited_count: v.optional(v.number()),
  prev_batch: v.optional(v.string()),
  num_live: v.optional(v.number()),
  required_state: tolerant(rawEvent),
  timeline: tolerant(rawEvent),
  invite_state: v.optional(tolerant(strippedEvent))
});
export type RoomUpdate = v.InferOutput<typeof room>;

const accountDatum = v.object({ type: v.string(), content: v.record(v.string(), v.unknown()) });
export type AccountDatum = v.InferOutput<typeof accountDatum>;

const ephemeral = v.optional(
  v.object({
    rooms: v.optional(v.record(v.string(), v.looseObject({ content: v.record(v.string(), v.unknown()) })), {})
  })
);

const response = v.object({
  pos: v.string(),
  lists: v.optional(
    v.record(
      v.string(),
      v.looseObject({
        count: v.number(),
        ops: v.optional(v.array(v.looseObject({ room_ids: v.optional(v.array(v.string()), []) })), [])
      })
    ),
    {}
  ),
  rooms: v.optional(v.record(v.string(), room), {}),
  extensions: v.optional(
    v.looseObject({
      account_data: v.optional(
        v.object({
          global: tolerant(accountDatum),
          rooms: v.optional(v.record(v.string(), tolerant(accountDatum)), {})
        })
      ),
      receipts: ephemeral,
      typing: ephemeral,
      to_device: v.optional(v.object({ next_batch: v.string(), events: v.optional(v.array(v.looseObject({})), []) })),
      e2ee: v.optional(
        v.looseObject({
          device_lists: v.optional(
            v.object({ changed: v.optional(v.array(v.string())), left: v.optional(v.array(v.string())) })
          ),
          device_one_time_keys_count: v.optional(v.record(v.string(), v.number())),
          device_unused_fallback_key_types: v.optional(v.array(v.string()))
        })
      )
    }),
    {}
  )
});
export type SyncResponse = v.InferOutput<typeof response>;

export type RequiredState = readonly (readonly [type: string, stateKey: string])[];

/** For rows of the list; `$ME` tells joins and leaves done elsewhere, `$LAZY` brings the names of who wrote. */
export const listState: RequiredState = [
  ['m.room.member', '$ME'],
  ['m.room.member', '$LAZY'],
  ['m.room.encryption', ''],
  ['m.room.create', ''],
  ['m.room.join_rules', ''],
  ['m.room.topic', '']
];

/** For a conversation that is open. */
export const openState: RequiredState = [
  ...listState,
  ['m.room.name', ''],
  ['m.room.power_levels', ''],
  ['m.room.history_visibility', '']
];

export type SyncRequest = {
  conn_id: string;
  lists?: Record<string, { ranges: [number, number][]; required_state: RequiredState; timeline_limit: number }>;
  room_subscriptions?: Record<string, { required_state: RequiredState; timeline_limit: number }>;
  extensions: Record<string, { enabled: true; limit?: number; since?: string }>;
};

/** The server has forgotten the position (they live seven days); everything comes anew as `initial`. */
export const isUnknownPosition = (thrown: unknown): boolean =>
  thrown instanceof ServerError && thrown.code === 'M_UNKNOWN_POS';

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
