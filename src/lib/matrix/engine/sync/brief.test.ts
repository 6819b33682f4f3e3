import { describe, expect, it } from 'vitest';
import type { RoomId } from '../../values.ts';
import { compare, countedIn, leftBrief, orderOf, type Brief } from './brief.ts';

const brief = (name: string, more: Partial<Brief>): Brief => ({
  ...leftBrief,
  id: name as RoomId,
  membership: 'joined',
  ...more
});

describe('a conversation in the list', () => {
  it('stands by who invites, by its shelf, and then by activity, whatever a server claims', () => {
    const huge = Number.MAX_SAFE_INTEGER;
    const all = [
      brief('low', { shelf: 'low', bump: huge }),
      brief('old', { bump: 1 }),
      brief('new', { bump: huge }),
      brief('favourite', { shelf: 'favourite', bump: 0 }),
      brief('place', { place: true, shelf: 'low', bump: 0 }),
      brief('loved', { shelf: 'favourite', bump: huge }),
      brief('invited', { membership: 'invited', shelf: 'low', bump: 0 })
    ];
    expect(all.toSorted(compare).map(({ id }) => id)).toEqual([
      'invited',
      'place',
      'loved',
      'favourite',
      'new',
      'old',
      'low'
    ]);
    expect(orderOf(brief('left', { membership: 'left' }))).toBeNull();
  });

  it('counts in the badge as far as one wants to hear of it', () => {
    const unread = { count: 5, exact: false, mentions: 2 };
    expect(countedIn(brief('a', { unread }))).toBe(unread);
    expect(countedIn(brief('a', { unread, notify: 'mentions' }))).toEqual({ count: 2, exact: true, mentions: 2 });
    expect(countedIn(brief('a', { unread, notify: 'nothing' }))).toEqual({ count: 0, exact: true, mentions: 0 });
    const invitation = { count: 1, exact: true, mentions: 1 };
    expect(countedIn(brief('a', { membership: 'invited', unread: invitation, notify: 'nothing' }))).toBe(invitation);
  });
});
