import type { EventId, Heard, UserId } from '../../values.ts';
import type { Opened } from '../crypto/crypto.ts';
import { isVerification } from '../crypto/verification-event.ts';
import { relation, text, type RawEvent } from '../event.ts';
import { isDeleted, isOpen } from '../timeline/entry.ts';
import { addressing } from './mention.ts';
import type { UnreadEvent } from './unread.ts';

/** What an event does to what is unread. */
export type Effect =
  | { readonly does: 'counts'; readonly event: UnreadEvent }
  /** One has written, and so has read what stood there. */
  | { readonly does: 'reads'; readonly thread: EventId | null }
  /** A call is no longer one that was missed. */
  | { readonly does: 'answers'; readonly call: string }
  /** Who asked to come in was let in, or refused, or asks no longer. */
  | { readonly does: 'opens'; readonly person: UserId }
  | { readonly does: 'deletes'; readonly event: EventId }
  /** One came in: what was said before is not one's own to read. */
  | { readonly does: 'joins' }
  | { readonly does: 'nothing' };

export type Met = { readonly id: EventId; readonly at: number; readonly effect: Effect };

/** Who looks at events. */
export type Reader = {
  readonly me: UserId;
  /** The name that one goes by in the room, where it is known. */
  readonly name: string | undefined;
  readonly heard?: Heard;
  /** It is hers to let people in, and to refuse them. */
  readonly opens?: boolean;
  /** Whether a person may call everybody in the room; undefined while that is not known. */
  readonly callsAll?: (sender: UserId) => boolean;
};

const nothing: Effect = { does: 'nothing' };
const silent = ['m.replace', 'm.annotation', 'm.reference'];
/** Events of one's own by which a call has been taken, or refused, on one of one's devices (Matrix 1.16, "Voice over IP"). */
const taken = ['m.call.answer', 'm.call.select_answer', 'm.call.reject', 'm.call.hangup'];

/** Whether an event is worth a line in the list and a number in the badge. Edits, reactions, state and what was deleted are not. */
export const isMessage = (raw: RawEvent): boolean =>
  raw.state_key === undefined &&
  (raw.type === 'm.room.message' || raw.type === 'm.room.encrypted' || raw.type === 'm.sticker') &&
  !silent.includes(relation(raw.content)?.type ?? '') &&
  !isVerification(raw);

function ofState({ type, content, state_key: person, unsigned, ...raw }: RawEvent, { me, opens }: Reader): Effect {
  if (type !== 'm.room.member') return nothing;
  const before = (unsigned.prev_content as Record<string, unknown> | undefined)?.membership;
  if (content.membership === 'join' && before !== 'join' && person === me) return { does: 'joins' };
  if (content.membership === 'knock' && opens && person === raw.sender && person !== me) {
    const base = { id: raw.event_id, at: raw.origin_server_ts, thread: null };
    return { does: 'counts', event: { ...base, kind: 'knock', knocks: raw.sender } };
  }
  return before === 'knock' ? { does: 'opens', person: person as UserId } : nothing;
}

/** `opened`: what an encrypted event says; undefined while it has not been opened. */
export function effectOf(raw: RawEvent, opened: Opened | undefined, reader: Reader): Effect {
  if (raw.state_key !== undefined) return ofState(raw, reader);
  if (raw.type === 'm.room.redaction')
    return { does: 'deletes', event: (raw.content.redacts ?? raw.redacts) as EventId };
  if (isDeleted(raw)) return nothing;
  const said = raw.type !== 'm.room.encrypted' ? raw : opened && isOpen(opened) ? opened : null;
  const related = relation(raw.content) ?? (said && relation(said.content));
  if (silent.includes(related?.type ?? '')) return nothing;
  const mine = raw.sender === reader.me;
  const thread = related?.type === 'm.thread' ? related.event : null;
  const base = { id: raw.event_id, at: raw.origin_server_ts, thread, ...(mine && { mine }) };
  const quiet = reader.heard?.quiet.includes(raw.sender) && ({ quiet: true } as const);
  if (!said) return { does: 'counts', event: { ...base, ...quiet, kind: 'sealed' } };
  if (said.type.startsWith('m.call.')) return ofCall(said, base, reader.me);
  if ((said.type !== 'm.room.message' && said.type !== 'm.sticker') || isVerification(said)) return nothing;
  if (mine) return { does: 'reads', thread };
  const kind = addressing(said.content, raw.sender, reader);
  return { does: 'counts', event: { ...base, ...(kind !== 'mention' && quiet), kind } };
}

function ofCall(
  { type, content }: { type: string; content: Record<string, unknown> },
  base: Omit<UnreadEvent, 'kind'>,
  me: UserId
): Effect {
  const call = text(content.call_id, 255);
  if (call === undefined) return nothing;
  if (base.mine) return taken.includes(type) ? { does: 'answers', call } : nothing;
  if (type === 'm.call.hangup' && content.reason === 'answered_elsewhere') return { does: 'answers', call };
  const forAnother = typeof content.invitee === 'string' && content.invitee !== me;
  if (type !== 'm.call.invite' || forAnother) return nothing;
  return { does: 'counts', event: { ...base, kind: 'call', call } };
}

export const meet = (raw: RawEvent, opened: Opened | undefined, reader: Reader): Met => ({
  id: raw.event_id,
  at: raw.origin_server_ts,
  effect: effectOf(raw, opened, reader)
});
