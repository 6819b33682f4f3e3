import type { EventId, RoomId, UserId } from '../../values.ts';
import type { RawEvent } from '../event.ts';
import type { RoomUpdate } from '../sync/wire.ts';

export const me = '@me:zone.test' as UserId;
export const anna = '@anna:zone.test' as UserId;
export const berta = '@berta:far.test' as UserId;
export const room = '!room' as RoomId;
export const otherRoom = '!other' as RoomId;
export const id = (name: string) => name as EventId;

export const megolm = { algorithm: 'm.megolm.v1.aes-sha2' };

/** An event as the engine keeps it: a message of Anna unless told otherwise. */
export function event(name: string, more: Partial<RawEvent> = {}): RawEvent {
  return {
    event_id: id(name),
    type: 'm.room.message',
    sender: anna,
    origin_server_ts: 1000,
    content: { msgtype: 'm.text', body: name },
    unsigned: {},
    ...more
  };
}

export function state(name: string, type: string, content: Record<string, unknown>, more: Partial<RawEvent> = {}) {
  return event(name, { type, content, state_key: '', ...more });
}

export const redaction = (target: unknown, more: Partial<RawEvent> = {}) =>
  event('$redaction', { type: 'm.room.redaction', content: { redacts: target }, ...more });

export function member(user: UserId, membership: string, more: Partial<RawEvent> & { name?: string } = {}): RawEvent {
  const { name, ...rest } = more;
  const content = { membership, ...(name !== undefined && { displayname: name }) };
  return event(`$member-${user}-${membership}`, {
    type: 'm.room.member',
    sender: user,
    state_key: user,
    content,
    ...rest
  });
}

/** A room of an answer once the wire has read it. */
export const update = (more: Partial<RoomUpdate> = {}): RoomUpdate => ({
  initial: false,
  limited: false,
  required_state: [],
  timeline: [],
  ...more
});
