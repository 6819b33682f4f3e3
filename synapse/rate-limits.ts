/**
 * How much one address, person or room may do. Synapse's defaults mean one household behind an address; here a street
 * of fifty people shares one, through the router of their network, and registers on one evening.
 * `per_second` is how fast a full measure empties, `burst_count` how much it holds.
 * Synapse has none for the previews of links; it looks at one page once an hour, whoever asks (`homeserver.ts`).
 */
export type Limit = { readonly per_second: number; readonly burst_count: number };

export const rateLimits = {
  /** By address. Fifty neighbours at once, then six a minute. */
  rc_registration: { per_second: 0.1, burst_count: 50 },
  /** By address. An invitation's token is looked at once as it is opened and once as it is used. */
  rc_registration_token_validity: { per_second: 0.2, burst_count: 100 },
  rc_login: {
    /**
     * By address, wrong passwords and right ones alike: this is what stops somebody who guesses. Twenty at once, then
     * six a minute, 8,640 a day against passwords of eight characters and more; each costs the machine a third of a
     * second, too. While somebody guesses, those who share the address cannot sign in anew; those who are signed in
     * notice nothing.
     */
    address: { per_second: 0.1, burst_count: 20 },
    /** By account, right passwords only: a person with many devices on one evening. */
    account: { per_second: 0.1, burst_count: 20 },
    /**
     * By account, wrong passwords from everywhere. Full, it would lock the owner out too, so that anybody could lock
     * anybody out: it empties faster and holds more than one address can send (above), and only a crowd of twenty
     * addresses fills it.
     */
    failed_attempts: { per_second: 2, burst_count: 200 }
  },
  /** By person. Lively talk, and the many small events of a call being set up (candidates); a flood still stops. */
  rc_message: { per_second: 5, burst_count: 60 },
  rc_joins: {
    /** By person: joining the rooms of the zone's directory one after another. */
    local: { per_second: 0.5, burst_count: 30 },
    /** By person: each one costs this machine the history of a room from elsewhere. */
    remote: { per_second: 0.05, burst_count: 15 }
  },
  /** By room: a street that comes into the plaza on one evening, or a class into its room at the same minute. */
  rc_joins_per_room: { per_second: 5, burst_count: 100 },
  rc_invites: {
    /** By room: the whole street into a new room. */
    per_room: { per_second: 1, burst_count: 100 },
    /** By the one who is invited: newcomers are greeted by many; a crowd that pesters one person stops here. */
    per_user: { per_second: 0.05, burst_count: 30 },
    /** By the one who invites. */
    per_issuer: { per_second: 0.5, burst_count: 100 }
  },
  /** By person: a direct conversation is a room, and on the first evening one greets many. */
  rc_room_creation: { per_second: 0.05, burst_count: 40 },
  /** By person: the directory is asked while one types a name. */
  rc_user_directory: { per_second: 0.5, burst_count: 200 }
} as const satisfies Readonly<Record<string, Limit | Readonly<Record<string, Limit>>>>;
