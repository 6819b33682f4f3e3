import type { Right } from './values.ts';

/** All that one may do in a room besides writing. */
export const rights = [
  'rooms',
  'delete',
  'pin',
  'name',
  'topic',
  'photo',
  'address',
  'door',
  'history',
  'keeps',
  'roles',
  'invite',
  'call-all',
  'remove',
  'ban'
] as const satisfies readonly Right[];
