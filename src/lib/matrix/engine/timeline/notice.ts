import { isUserId } from '$protocol/address.ts';
import type { Notice, Person, UserId } from '../../values.ts';
import { text, type RawEvent } from '../event.ts';
import { levelOf, roleAt } from '../people/levels.ts';
import { personOf } from '../person.ts';
import { doorOf, historyOf, keepsOf } from '../sync/rules.ts';

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
      if (was === is) return null;
      return { type: 'called', person: personOf(user, was), name: personOf(user, is).name };
    }
    case 'invite':
      return { type: 'invited', person: name(user, raw.content) };
    case 'knock':
      return { type: 'knocked', person: name(user, raw.content) };
    case 'ban':
      return { type: 'banned', person: name(user) };
    case 'leave':
      if (before.membership === 'ban') return null;
      if (own && before.membership === 'invite') return { type: 'declined', person: name(user, before) };
      return { type: own ? 'left' : 'removed', person: name(user, before) };
    default:
      return null;
  }
}

/** What a change of a room's state says to people. null: nothing worth a line. */
export function noticeOf(raw: RawEvent, name: Name): Notice | null {
  if (raw.type === 'm.room.member') return memberNotice(raw, name);
  // Anybody's state under another key says nothing of the room.
  if (raw.state_key !== '') return null;
  switch (raw.type) {
    case 'm.room.create':
      return { type: 'created' };
    case 'm.room.encryption':
      return { type: 'sealed' };
    case 'm.room.name':
      return { type: 'named', text: text(raw.content.name) ?? '' };
    case 'm.room.topic':
      return { type: 'topic', text: text(raw.content.topic, 1000) ?? '' };
    case 'm.room.avatar':
      return { type: 'photo' };
    default:
      return ruleNotice(raw, name);
  }
}

/** Another rule than before. What a room begins with is no news. */
function ruleNotice({ type, content, unsigned }: RawEvent, name: Name): Notice | null {
  const told = typeof unsigned.prev_content === 'object' && unsigned.prev_content !== null;
  const before = (told ? unsigned.prev_content : {}) as RawEvent['content'];
  switch (type) {
    case 'm.room.join_rules':
      return told && doorOf(before) !== doorOf(content) ? { type: 'door', door: doorOf(content) } : null;
    case 'm.room.history_visibility':
      return told && historyOf(before) !== historyOf(content) ? { type: 'history', history: historyOf(content) } : null;
    case 'm.room.retention':
      return keepsOf(before) !== keepsOf(content) ? { type: 'keeps', keeps: keepsOf(content) } : null;
    case 'm.room.power_levels': {
      const users = Object.keys({ ...(before.users ?? {}), ...(content.users ?? {}) }).filter(isUserId);
      const roleIn = (user: UserId, levels: RawEvent['content']) => roleAt(levelOf(user, levels));
      const other = told && users.find((user) => roleIn(user, before) !== roleIn(user, content));
      return other ? { type: 'role', person: name(other), role: roleIn(other, content) } : null;
    }
    default:
      return null;
  }
}
