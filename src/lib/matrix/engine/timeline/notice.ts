import { isUserId } from '$protocol/address.ts';
import type { Notice, Person, UserId } from '../../values.ts';
import { text, type RawEvent } from '../event.ts';

type Name = (user: UserId, content?: Record<string, unknown>) => Person;

function memberNotice(raw: RawEvent, name: Name): Notice | null {
  const user = raw.state_key ?? '';
  if (!isUserId(user)) return null;
  const before = (raw.unsigned.prev_content ?? {}) as Record<string, unknown>;
  const own = raw.sender === user;
  switch (raw.content.membership) {
    case 'join': {
      const person = name(user, raw.content);
      if (before.membership !== 'join') return { type: 'joined', person };
      const [was, is] = [text(before.displayname, 100), text(raw.content.displayname, 100)];
      return is && was !== is ? { type: 'called', person: { id: user, name: was ?? person.name }, name: is } : null;
    }
    case 'invite':
      return { type: 'invited', person: name(user, raw.content) };
    case 'knock':
      return { type: 'knocked', person: name(user, raw.content) };
    case 'ban':
      return { type: 'banned', person: name(user) };
    case 'leave':
      return before.membership === 'ban' ? null : { type: own ? 'left' : 'removed', person: name(user, before) };
    default:
      return null;
  }
}

/** What a change of a room's state says to people. null: nothing worth a line. */
export function noticeOf(raw: RawEvent, name: Name): Notice | null {
  switch (raw.type) {
    case 'm.room.member':
      return memberNotice(raw, name);
    case 'm.room.create':
      return { type: 'created' };
    case 'm.room.encryption':
      return { type: 'sealed' };
    case 'm.room.name':
      return { type: 'named', text: text(raw.content.name) ?? '' };
    case 'm.room.topic':
      return { type: 'topic', text: text(raw.content.topic, 1000) ?? '' };
    default:
      return null;
  }
}
