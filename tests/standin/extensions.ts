/** The extensions of an answer (Synapse, `synapse/handlers/sliding_sync/extensions.py`). */
import type { Content } from './room.ts';
import type { Session, World } from './world.ts';

type Asked = { readonly enabled?: boolean; readonly limit?: number; readonly since?: string };
export type Extensions = Readonly<
  Partial<Record<'account_data' | 'receipts' | 'typing' | 'to_device' | 'e2ee', Asked>>
>;
type Scope = {
  /** undefined: the connection begins. */
  readonly since: number | undefined;
  readonly rooms: readonly string[];
  readonly initial: ReadonlySet<string>;
  readonly timelines: Readonly<Record<string, Content>>;
};

export function extensionsOf(world: World, session: Session, asked: Extensions, scope: Scope): Record<string, Content> {
  const { person, device } = session;
  const answer: Record<string, Content> = {};
  if (asked.to_device?.enabled) {
    const since = Number(asked.to_device.since ?? 0);
    const events = world.devices.inbox(person.id, device, since, asked.to_device.limit ?? 100);
    answer.to_device = {
      next_batch: String(events.at(-1)?.order ?? Math.max(since, world.order)),
      events: events.map(({ type, sender, content }) => ({ type, sender, content }))
    };
  }
  if (asked.e2ee?.enabled) {
    const shares = (user: string) => [...person.rooms].some((room) => room.membership(user) === 'join');
    answer.e2ee = {
      device_one_time_keys_count: world.devices.counts(person.id, device),
      device_unused_fallback_key_types: world.devices.fallbackTypes(person.id, device),
      ...(scope.since === undefined
        ? {}
        : { device_lists: { changed: world.devices.changedSince(scope.since).filter(shares), left: [] } })
    };
  }
  if (asked.account_data?.enabled) {
    const changed = [...person.documents].filter(([, { order }]) => order > (scope.since ?? -1));
    const global = changed.map(([type, { content }]) => ({ type, content }));
    if (scope.since === undefined) global.unshift({ type: 'm.push_rules', content: { global: {} } });
    answer.account_data = { global, rooms: {} };
  }
  if (asked.receipts?.enabled) answer.receipts = { rooms: receiptsOf(world, session, scope) };
  if (asked.typing?.enabled) answer.typing = { rooms: typingOf(world, scope) };
  return answer;
}

/** Of a room that begins: one's own marks, and those on the events of its timeline. */
function receiptsOf(world: World, { person }: Session, { since, rooms, initial, timelines }: Scope): Content {
  const answer: Record<string, Content> = {};
  for (const id of rooms) {
    const begins = since === undefined || initial.has(id);
    const events = new Set(((timelines[id]?.timeline ?? []) as { event_id: string }[]).map((event) => event.event_id));
    const content: Record<string, Record<string, Record<string, Content>>> = {};
    for (const [key, { event, type, at, order }] of world.rooms.get(id)?.receipts ?? []) {
      const user = key.split(' ')[0] ?? '';
      const told = begins ? user === person.id || events.has(event) : order > (since ?? 0);
      if (!told || (type === 'm.read.private' && user !== person.id)) continue;
      ((content[event] ??= {})[type] ??= {})[user] = { ts: at };
    }
    if (Object.keys(content).length > 0) answer[id] = { type: 'm.receipt', content };
  }
  return answer;
}

function typingOf(world: World, { since, rooms, initial }: Scope): Content {
  const answer: Record<string, Content> = {};
  for (const id of rooms) {
    const typing = world.rooms.get(id)?.typing;
    if (!typing || typing.order === 0) continue;
    const begins = since === undefined || initial.has(id);
    if (begins ? typing.people.size > 0 : typing.order > since)
      answer[id] = { type: 'm.typing', content: { user_ids: [...typing.people] } };
  }
  return answer;
}

/** Whether there is nothing in them that a client waits for. */
export function isEmpty({ to_device, e2ee, account_data, receipts, typing }: Record<string, Content>): boolean {
  const lists = e2ee?.device_lists as { changed: unknown[] } | undefined;
  return (
    ((to_device?.events ?? []) as unknown[]).length === 0 &&
    (lists?.changed ?? []).length === 0 &&
    ((account_data?.global ?? []) as unknown[]).length === 0 &&
    Object.keys(receipts?.rooms ?? {}).length === 0 &&
    Object.keys(typing?.rooms ?? {}).length === 0
  );
}
