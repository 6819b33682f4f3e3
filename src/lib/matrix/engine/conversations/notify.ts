/** Of what one wants to hear in a conversation, as push rules say it (Matrix 1.16 client-server, "Push Rules"). */
import type { Notify, RoomId } from '../../values.ts';
import type { AccountData } from '../sync/account-data.ts';
import { anything, path, type Server } from '../server.ts';

export const rulesType = 'm.push_rules';

type Rule = { readonly id: RoomId; readonly enabled: boolean };
type Kind = 'override' | 'room';

const read = new WeakMap<object, ReadonlyMap<RoomId, Notify>>();
const none = {};

/**
 * The conversations of which one does not hear all. As the other clients write it, a rule that overrides all others and
 * does nothing silences a room, and a rule of the room that does nothing leaves only what addresses oneself.
 */
export function notifyIn(rules: Record<string, unknown> = none): ReadonlyMap<RoomId, Notify> {
  const known = read.get(rules);
  if (known) return known;
  const levels = new Map<RoomId, Notify>();
  for (const { id, enabled } of silences(rules, 'room')) if (enabled) levels.set(id, 'mentions');
  for (const { id, enabled } of silences(rules, 'override')) if (enabled) levels.set(id, 'nothing');
  read.set(rules, levels);
  return levels;
}

/** The rules of a kind that silence a room. Nothing in others' documents is to be relied on. */
function silences(rules: Record<string, unknown>, kind: Kind): Rule[] {
  const list = (rules.global as Record<string, unknown> | undefined)?.[kind];
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).flatMap((rule) => {
    if (typeof rule !== 'object' || rule === null) return [];
    const { rule_id: id, actions, conditions, enabled } = rule as Record<string, unknown>;
    const isSilent = Array.isArray(actions) && actions.every((action) => action === 'dont_notify');
    if (!isSilent || typeof id !== 'string') return [];
    const room = kind === 'room' ? id : roomIn(conditions);
    return room?.startsWith('!') ? [{ id: room as RoomId, enabled: enabled !== false }] : [];
  });
}

/** The room that the one condition of a rule names. */
function roomIn(conditions: unknown): string | undefined {
  if (!Array.isArray(conditions) || conditions.length !== 1) return undefined;
  const { kind, key, pattern } = (conditions[0] ?? none) as Record<string, unknown>;
  return kind === 'event_match' && key === 'room_id' && typeof pattern === 'string' ? pattern : undefined;
}

/** Writes it as the other clients do. */
export async function setNotify(
  room: RoomId,
  notify: Notify,
  { server, accountData }: { server: Server; accountData: AccountData }
): Promise<void> {
  const rules = accountData.get(rulesType) ?? none;
  const at = (kind: Kind) => path`/_matrix/client/v3/pushrules/global/${kind}/${room}`;
  const put = async (kind: Kind, body: Record<string, unknown>) => {
    await server.call('PUT', at(kind), anything, { body: { ...body, actions: [] } });
    // One that was switched off stays so when it is written anew.
    const isOff = silences(rules, kind).some(({ id, enabled }) => id === room && !enabled);
    if (isOff) await server.call('PUT', `${at(kind)}/enabled`, anything, { body: { enabled: true } });
  };
  const drop = (kind: Kind) =>
    server.call('DELETE', at(kind), anything).catch((thrown) => {
      if (thrown?.reason !== 'not-found') throw thrown;
    });
  if (notify === 'nothing')
    return put('override', { conditions: [{ kind: 'event_match', key: 'room_id', pattern: room }] });
  if (notify === 'mentions') await put('room', {});
  else await drop('room');
  await drop('override');
}
