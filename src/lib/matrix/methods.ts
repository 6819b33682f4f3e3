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
  links: ['wanted'],
  people: ['me', 'members'],
  recovery: ['state'],
  verification: ['state', 'trust'],
  drafts: [],
  hearing: ['state'],
  pushers: [],
  security: [],
  export: ['state'],
  link: ['state', 'keeping']
} as const satisfies {
  [P in keyof AccountPorts | 'accounts']: readonly FeedsOf<P extends keyof AccountPorts ? AccountPorts[P] : Accounts>[];
};

/**
 * The methods that return a Promise: what a page may ask of the engine, nothing inherited, nothing private. `again`: they
 * may be said twice, and where an engine ends over one the next is asked again. Of the others (`once`) nobody knows then
 * whether they were done; they fail with `interrupted`.
 */
const [again, once] = [true, false];
export const commands = {
  accounts: {
    registration: again,
    register: once,
    signIn: once,
    signOut: once,
    erase: once,
    becomeAdministrator: once
  },
  conversations: {
    create: once,
    direct: once,
    invite: once,
    join: again,
    knock: once,
    leave: again,
    setNotify: again,
    setShelf: again,
    directory: again,
    describe: again,
    within: again
  },
  timelines: {
    older: again,
    newer: once,
    jump: once,
    send: again,
    edit: again,
    react: again,
    forward: again,
    delete: again,
    retry: again,
    cancel: again,
    look: again,
    versions: again,
    readers: again,
    markRead: again,
    typing: again
  },
  pins: { set: again },
  search: { further: again },
  rooms: {
    listed: again,
    change: again,
    setWithin: again,
    setRole: again,
    remove: again,
    ban: again,
    unban: again,
    banned: again
  },
  files: { limit: again, bytes: again, shared: again },
  links: { preview: again, setEverywhere: again, setIn: again, hide: again },
  people: { search: again, rename: again, about: again, setAbout: again, setPhoto: again },
  recovery: { setUp: once, restore: again },
  verification: {
    begin: once,
    beginWith: once,
    approve: again,
    accept: once,
    confirm: once,
    cancel: once,
    dismiss: again
  },
  drafts: { of: again, keep: again },
  hearing: { setWord: again, setQuiet: again },
  pushers: { set: again, remove: again },
  security: { devices: again, renameDevice: again, endDevices: once, changePassword: once },
  export: { begin: again, cancel: again, archive: again },
  link: { retryNow: again }
} as const satisfies {
  [P in keyof AccountPorts | 'accounts']: Readonly<
    Record<
      Exclude<keyof (P extends keyof AccountPorts ? AccountPorts[P] : Accounts), (typeof feeds)[P][number]>,
      boolean
    >
  >;
};

type FeedsOf<Port> = {
  [M in keyof Port]: Port[M] extends (...args: never[]) => Live<unknown> ? M : never;
}[keyof Port];
