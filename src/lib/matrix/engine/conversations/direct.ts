import { isUserId } from '$protocol/address.ts';
import type { RoomId, UserId } from '../../values.ts';
import type { AccountData } from '../sync/account-data.ts';
import type { Records } from '../sync/records.ts';

const type = 'm.direct';

/** Whom each direct conversation is with, by the account's `m.direct` (Matrix 1.16 client-server, "Direct Messaging"). */
export function directPeople(accountData: AccountData): Map<RoomId, UserId> {
  const people = new Map<RoomId, UserId>();
  for (const [person, rooms] of Object.entries(accountData.get(type) ?? {})) {
    if (!isUserId(person) || !Array.isArray(rooms)) continue;
    for (const room of rooms) if (typeof room === 'string') people.set(room as RoomId, person);
  }
  return people;
}

/** The direct conversation that there is with somebody, the most active first. */
export function directWith(person: UserId, accountData: AccountData, records: Records): RoomId | undefined {
  const people = directPeople(accountData);
  return records
    .sorted()
    .find(
      (record) =>
        (people.get(record.id) === person && record.membership === 'joined') ||
        (record.direct && record.membership === 'invited' && record.inviter?.id === person)
    )?.id;
}

export async function noteDirect(person: UserId, room: RoomId, accountData: AccountData): Promise<void> {
  await accountData.update(type, (old) => {
    const rooms = Array.isArray(old[person]) ? old[person] : [];
    return rooms.includes(room) ? old : { ...old, [person]: [...rooms, room] };
  });
}
