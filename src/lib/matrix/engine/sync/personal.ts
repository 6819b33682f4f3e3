/** What one has arranged of conversations for oneself: how loud each is, and where it stands. */
import type { RoomId } from '../../values.ts';
import { notifyIn, rulesType } from '../conversations/notify.ts';
import type { AccountData } from './account-data.ts';
import type { RoomRecord } from './record.ts';
import type { Records } from './records.ts';
import { shelfOf } from './rules.ts';
import type { SyncResponse } from './wire.ts';

type Known = { readonly records: Records; readonly accountData: Pick<AccountData, 'get'> };

const rulesIn = (answer: SyncResponse) =>
  answer.extensions.account_data?.global?.findLast(({ type }) => type === rulesType)?.content;

/** The conversations of whose arrangement an answer tells something, beside those that it tells of anyhow. */
export function arrangedIn(answer: SyncResponse, { records }: Known): RoomId[] {
  const rules = rulesIn(answer);
  const rooms = Object.keys(answer.extensions.account_data?.rooms ?? {}) as RoomId[];
  if (!rules) return rooms;
  const levels = notifyIn(rules);
  const others = [...records.listed()].filter(({ id, notify }) => notify !== (levels.get(id) ?? 'all'));
  return [...rooms, ...others.map(({ id }) => id)];
}

/** Puts into the records that an answer changed what it tells of their arrangement, and adds those whose alone changed. */
export function arrange(changed: Map<RoomId, RoomRecord>, answer: SyncResponse, known: Known): void {
  const { records, accountData } = known;
  const levels = notifyIn(rulesIn(answer) ?? accountData.get(rulesType));
  const told = answer.extensions.account_data?.rooms ?? {};
  for (const room of new Set([...changed.keys(), ...arrangedIn(answer, known)])) {
    const record = changed.get(room) ?? records.get(room);
    if (!record) continue;
    const tags = told[room]?.findLast(({ type }) => type === 'm.tag')?.content;
    // Of a room that begins all is told: without a tag it has none.
    const isTold = tags !== undefined || (Object.hasOwn(told, room) && answer.rooms[room]?.initial === true);
    const shelf = isTold ? shelfOf(tags ?? {}) : record.shelf;
    const notify = levels.get(room) ?? 'all';
    if (shelf !== record.shelf || notify !== record.notify) changed.set(room, { ...record, shelf, notify });
  }
}
