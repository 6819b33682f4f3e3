import type { Body, Conversation, Notice, Person, Preview, RoomId, UserId } from '../../values.ts';
import { personOf } from '../person.ts';
import type { RoomRecord } from '../sync/record.ts';
import { numbersOf } from '../unread/unread.ts';

/** The body of a record's last message once it is known; null while it is being opened. */
export type BodyOf = (record: RoomRecord) => Body | { type: 'notice'; notice: Notice } | null;

/** With whom a direct conversation is, by the account's own `m.direct` first: names may be anybody's. */
function otherPerson(record: RoomRecord, direct: ReadonlyMap<RoomId, UserId>): Person | null {
  const listed = direct.get(record.id);
  if (!listed && !record.direct) return null;
  const id = listed ?? record.heroes[0]?.id ?? record.inviter?.id;
  if (!id) return null;
  const hero = record.heroes.find((hero) => hero.id === id);
  return personOf(id, hero?.name || record.names[id] || record.inviter?.name, hero?.photo);
}

function nameOf(record: RoomRecord, person: Person | null): string {
  if (record.name) return record.name;
  if (person) return person.name;
  const heroes = record.heroes.map((hero) => personOf(hero.id, hero.name).name);
  return heroes.join(', ');
}

/** A record as the list and the header show it. Pure. `name` is empty where a room has neither name nor people. */
export function toConversation(
  record: RoomRecord,
  context: { me: UserId; direct: ReadonlyMap<RoomId, UserId>; bodyOf: BodyOf }
): Conversation {
  const person = otherPerson(record, context.direct);
  const { keeps } = record;
  const isOver = keeps !== null && (record.last?.origin_server_ts ?? 0) < Date.now() - keeps;
  const body = record.last && !isOver ? context.bodyOf(record) : null;
  const last: Preview | null =
    record.last && body
      ? {
          at: record.last.origin_server_ts,
          sender: personOf(record.last.sender, record.names[record.last.sender]),
          mine: record.last.sender === context.me,
          body
        }
      : null;
  return {
    id: record.id,
    kind: record.place ? 'place' : person ? 'direct' : 'room',
    membership: record.membership,
    name: nameOf(record, person),
    topic: record.topic,
    sealed: record.encryption !== null,
    person,
    inviter:
      record.membership === 'invited' && record.inviter ? personOf(record.inviter.id, record.inviter.name) : null,
    memberCount: record.joinedCount,
    unread: numbersOf(record.unread),
    last,
    door: record.door,
    history: record.history,
    keeps: record.keeps,
    photo: record.photo ? { at: 'zone', content: record.photo, seal: null } : (person?.photo ?? null),
    notify: record.notify,
    shelf: record.shelf
  };
}
