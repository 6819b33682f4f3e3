/** The methods of the ports by name: what crosses between a page and the engine, and how. */
import type { Live } from './live.ts';
import type { AccountPorts, Accounts } from './ports.ts';

/** The methods that return a `Live`. */
export const feeds = {
  accounts: ['list'],
  conversations: ['list', 'search', 'one', 'unread', 'alerts'],
  timelines: ['rows'],
  pins: ['of'],
  search: ['messages'],
  rooms: ['settings'],
  files: [],
  people: ['me', 'members'],
  recovery: ['state'],
  drafts: [],
  pushers: [],
  security: [],
  link: ['state', 'keeping']
} as const satisfies {
  [P in keyof AccountPorts | 'accounts']: readonly FeedsOf<P extends keyof AccountPorts ? AccountPorts[P] : Accounts>[];
};

/** The methods that return a Promise: what a page may ask of the engine, nothing inherited, nothing private. */
export const commands = {
  accounts: ['registration', 'register', 'signIn', 'signOut', 'erase', 'becomeAdministrator'],
  conversations: [
    'create',
    'direct',
    'invite',
    'join',
    'knock',
    'leave',
    'setNotify',
    'setShelf',
    'directory',
    'describe',
    'within'
  ],
  timelines: [
    'older',
    'newer',
    'jump',
    'send',
    'edit',
    'react',
    'forward',
    'delete',
    'retry',
    'cancel',
    'look',
    'versions',
    'readers',
    'markRead',
    'typing'
  ],
  pins: ['set'],
  search: ['further'],
  rooms: ['listed', 'change', 'setRole', 'remove', 'ban', 'unban', 'banned'],
  files: ['limit', 'bytes'],
  people: ['search', 'rename', 'setPhoto'],
  recovery: ['setUp', 'restore'],
  drafts: ['of', 'keep'],
  pushers: ['set', 'remove'],
  security: ['devices', 'renameDevice', 'endDevices', 'changePassword'],
  link: ['retryNow']
} as const satisfies {
  [P in keyof AccountPorts | 'accounts']: readonly Exclude<
    keyof (P extends keyof AccountPorts ? AccountPorts[P] : Accounts),
    (typeof feeds)[P][number]
  >[];
};

/**
 * The commands that may be said twice: where an engine ends over one, the next is asked again. Of the others nobody knows
 * whether they were done; they fail with `interrupted`.
 */
export const repeatable = {
  accounts: ['registration'],
  conversations: ['join', 'leave', 'setNotify', 'setShelf', 'directory', 'describe', 'within'],
  timelines: [
    'older',
    'send',
    'edit',
    'react',
    'forward',
    'delete',
    'retry',
    'cancel',
    'look',
    'versions',
    'readers',
    'markRead',
    'typing'
  ],
  pins: ['set'],
  search: ['further'],
  rooms: ['listed', 'change', 'setRole', 'remove', 'ban', 'unban', 'banned'],
  files: ['limit', 'bytes'],
  people: ['search', 'rename', 'setPhoto'],
  recovery: ['restore'],
  drafts: ['of', 'keep'],
  pushers: ['set', 'remove'],
  security: ['devices', 'renameDevice'],
  link: ['retryNow']
} as const satisfies { [P in keyof typeof commands]: readonly (typeof commands)[P][number][] };

type FeedsOf<Port> = {
  [M in keyof Port]: Port[M] extends (...args: never[]) => Live<unknown> ? M : never;
}[keyof Port];
