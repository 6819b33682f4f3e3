import { expect, it } from 'vitest';
import type { RoomId } from '../../values.ts';
import { leftBrief, type Brief } from '../sync/brief.ts';
import { Below } from './below.ts';

const brief = (name: string, count: number, more: Partial<Brief> = {}): Brief => ({
  ...leftBrief,
  id: name as RoomId,
  membership: 'joined',
  unread: { count, exact: true, mentions: 0 },
  ...more
});

it('asks for what is unread below the window, and for nothing else, wherever one keeps it', () => {
  const listed = [
    brief('!favourite', 3, { shelf: 'favourite', bump: 1 }),
    brief('!top', 1, { bump: 9 }),
    brief('!read', 0),
    brief('!unread', 2),
    brief('!some', 0, { unread: { count: 0, exact: false, mentions: 0 } }),
    brief('!invited', 1, { membership: 'invited' })
  ];
  expect(new Below().next(listed, 2)).toEqual(['!favourite', '!unread', '!some']);
});

it('takes turns where they are many, and leaves nobody out, whatever is read meanwhile', () => {
  const listed = Array.from({ length: 70 }, (_, at) => brief(`!${at}`, 1));
  const below = new Below();
  const turns = [below.next(listed, 0), below.next(listed, 0), below.next(listed, 0)];
  expect(turns.map(({ length }) => length)).toEqual([30, 30, 30]);
  expect(new Set(turns.flat()).size).toBe(70);
  const rest = listed.filter(({ id }) => id !== turns[2]?.at(-1));
  expect(below.next(rest, 0)[0]).toBe('!0');
  expect(below.next([], 0)).toEqual([]);
});
