import type { Person, UserId } from './values.ts';

/** Stands among those whom one names for all who are in the room (Matrix 1.16 client-server, "User and room mentions"). */
export const everybody: Person = { id: '@room' as UserId, name: 'room' };
export const isEverybody = ({ id }: Pick<Person, 'id'>): boolean => id === everybody.id;
