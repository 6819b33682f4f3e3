import { isUserId } from '$protocol/address.ts';
import type { RoomId, UserId } from '../../values.ts';
import type { AccountData } from '../sync/account-data.ts';
import type { Records } from '../sync/records.ts';

const type = 'm.direct';

const read = new WeakMap<Record<string, unknown>, ReadonlyMap<RoomId, UserId>>();

/** Whom each direct conversation is with, by the account's `m.direct` (Matrix 1.16 client-server, "Direct Messaging"). */
export function directPeople(accountData: AccountData): ReadonlyMap<RoomId, UserId> {
  const content = accountData.get(type) ?? none;
  const known = read.get(content) ?? peopleIn(content);
  read.set(content, known);
  return known;
}

const none = {};

function peopleIn(content: Record<string, unknown>): ReadonlyMap<RoomId, UserId> {
  const people = new Map<RoomId, UserId>();
  for (const [person, rooms] of Object.entries(content)) {
    if (!isUserId(person) || !Array.isArray(rooms)) continue;
    for (const room of rooms) if (typeof room === 'string') people.set(room as RoomId, person);
  }
  return people;
}

/** The direct conversation that there is with somebody, the most active first. */
export function directWith(person: UserId, accountData: AccountData, records: Records): RoomId | undefined {
  const people = directPeople(accountData);
  for (const { id, membership, direct, inviter } of records.listed())
    if (
      (people.get(id) === person && membership === 'joined') ||
      (direct && membership === 'invited' && inviter === person)
    )
      return id;
  return undefined;
}

export async function noteDirect(person: UserId, room: RoomId, accountData: AccountData): Promise<void> {
  await accountData.update(type, (old) => {
    const rooms = Array.isArray(old[person]) ? old[person] : [];
    return rooms.includes(room) ? old : { ...old, [person]: [...rooms, room] };
  });
}
