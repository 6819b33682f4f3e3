/** What crosses between the engine and the page: immutable, serialisable, free of SDK types. */
import type { UserId } from '$protocol/address.ts';
import type { FileBody, Source } from './file-values.ts';
import type { Door, GivenRole, History, Notify, Role, Shelf } from './room-values.ts';

export type { UserId };
export type * from './export-values.ts';
export type * from './file-values.ts';
export type * from './link-values.ts';
export type * from './room-values.ts';
export type * from './search-values.ts';
export type * from './security-values.ts';
export type RoomId = string & { readonly brand: 'RoomId' };
export type EventId = string & { readonly brand: 'EventId' };
/** Names one sending over its whole life: outbox, request, local echo, and the row's key. */
export type TransactionId = string & { readonly brand: 'TransactionId' };
/** An account signed in on this browser is named by its user id. */
export type AccountId = UserId;

export type Account = {
  readonly id: AccountId;
  readonly device: string;
  /** `signed-out`: the server no longer takes our token; the person must sign in again, nothing is wiped. */
  readonly state: 'signed-in' | 'signed-out';
};

/** How this zone takes new people. */
export type Registration = 'open' | 'by-invitation' | 'closed';

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'online' }
  /** Waiting to try again. `until` is in ms since the epoch. */
  | { readonly state: 'waiting'; readonly until: number }
  | { readonly state: 'signed-out' };

/**
 * Whether what is new reaches the disk of this browser: `memory` where it has no room for it, or allows none. `keys-lost`:
 * the keys of this device are gone from it; encrypted conversations stand still until the person signs in again.
 */
export type Keeping = 'kept' | 'memory' | 'keys-lost';

/** A part `[start, start + rows.length)` of a list of `total` things. */
export type Slice<T> = { readonly total: number; readonly start: number; readonly rows: readonly T[] };
/** Asks for `[start, end)` of a list. */
export type Range = { readonly start: number; readonly end: number };

export type Person = {
  readonly id: UserId;
  /** The name she chose, or the local part of her address. Text from others: show it as text. */
  readonly name: string;
  /** Absent: she has none, or it is not known here. */
  readonly photo?: Source;
};

export type Membership = 'joined' | 'invited' | 'knocked' | 'left';
export type Member = Person & {
  readonly membership: Membership;
  readonly role: Role;
  /** What one may do to her here: send her out, keep her out, make her another role. */
  readonly may: readonly ('remove' | 'ban' | GivenRole)[];
};

/** The last thing that happened in a conversation, for one line of a list. */
export type Preview = {
  readonly at: number;
  readonly sender: Person;
  readonly mine: boolean;
  readonly body: Body | { readonly type: 'notice'; readonly notice: Notice };
};

/** What came from others since one last read. `exact` false: there is more than `count`, or there may be. */
export type Unread = {
  readonly count: number;
  readonly exact: boolean;
  /** How many of them are for oneself: by name, as one of all in the room, a call that one missed, somebody whom one may let in. */
  readonly mentions: number;
};

export type Conversation = {
  readonly id: RoomId;
  /** `place`: it has no messages, it holds rooms together (Matrix 1.16 client-server, "Spaces"). */
  readonly kind: 'direct' | 'room' | 'place';
  readonly membership: Membership;
  readonly name: string;
  readonly topic: string;
  /** End-to-end encrypted. Once true it never becomes false. */
  readonly sealed: boolean;
  /** The other person of a direct conversation. */
  readonly person: Person | null;
  /** Who invited us, while `membership` is `invited`. */
  readonly inviter: Person | null;
  readonly memberCount: number;

  readonly unread: Unread;
  readonly last: Preview | null;
  readonly door: Door;
  readonly history: History;
  /** How long messages are kept, in ms; null: as long as the zone stands. */
  readonly keeps: number | null;
  readonly photo: Source | null;
  readonly notify: Notify;
  readonly shelf: Shelf;
};

export type Mark = 'bold' | 'italic' | 'struck' | 'underlined' | 'raised' | 'lowered';

/** What stands in a line of formatted text. A string is text; a line feed in it begins a new line. */
export type Inline =
  | string
  | { readonly type: Mark; readonly of: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string }
  /** `href` is http, https, mailto or a Matrix link, and means what it says. */
  | { readonly type: 'link'; readonly href: string; readonly of: readonly Inline[] }
  | { readonly type: 'person'; readonly person: Person }
  /** Not to be seen before one asks for it; `reason` may be empty. */
  | { readonly type: 'spoiler'; readonly reason: string; readonly of: readonly Inline[] };

/** A part of formatted text that stands by itself. */
export type Block =
  | { readonly type: 'paragraph'; readonly of: readonly Inline[] }
  | { readonly type: 'heading'; readonly level: number; readonly of: readonly Inline[] }
  /** `language` is empty where none was said. */
  | { readonly type: 'code'; readonly language: string; readonly text: string }
  | { readonly type: 'quote'; readonly of: readonly Block[] }
  /** `start`: the first number; null: the items have none. */
  | { readonly type: 'list'; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly type: 'table'; readonly rows: readonly (readonly Cell[])[] }
  | { readonly type: 'rule' };
export type Cell = { readonly heading: boolean; readonly of: readonly Inline[] };

export type Body =
  | {
      readonly type: 'text';
      readonly style: 'plain' | 'emote' | 'automatic';
      /** What was written, without its format: what one's own clients send is Markdown. */
      readonly text: string;
      /** The same with its format, where its sender gave it one. */
      readonly rich?: readonly Block[];
    }
  | FileBody
  | { readonly type: 'deleted' }
  /** `waiting`: the key may still come. `before-joining`, `no-key`: it will not, unless restored from the backup. */
  | { readonly type: 'unreadable'; readonly cause: 'waiting' | 'no-key' | 'before-joining' }
  | { readonly type: 'unsupported' };

export type Notice =
  | { readonly type: 'created' | 'sealed' }
  | {
      readonly type: 'joined' | 'left' | 'invited' | 'declined' | 'knocked' | 'removed' | 'banned';
      readonly person: Person;
    }
  | { readonly type: 'called'; readonly person: Person; readonly name: string }
  | { readonly type: 'named' | 'topic'; readonly text: string }
  | { readonly type: 'photo' }
  | { readonly type: 'door'; readonly door: Door }
  | { readonly type: 'history'; readonly history: History }
  /** As `Conversation.keeps`. */
  | { readonly type: 'keeps'; readonly keeps: number | null }
  | { readonly type: 'role'; readonly person: Person; readonly role: GivenRole };

/**
 * Where one's own message stands. `queued` waits for its turn or for the network; of a file that is on its way to the
 * zone, `uploaded` tells how much of it is there, from 0 to 1.
 */
export type Delivery =
  'queued' | 'sending' | 'sent' | 'read' | { readonly uploaded: number } | { readonly failed: FailureReason };

/**
 * What people answered a message with by one sign (Matrix 1.16 client-server, "Annotations and reactions"). `key` is
 * others' text, mostly an emoji. `count` counts each person once; of them, `people` are the first ten.
 */
export type Reaction = {
  readonly key: string;
  readonly count: number;
  readonly mine: boolean;
  readonly people: readonly Person[];
};

/** What one says, as it is written: Markdown, in which `@` and the name of one of `mentions` addresses that person. */
export type Writing = { readonly text: string; readonly mentions?: readonly Person[] };

/**
 * What one has begun to write. With `beside` it answers a message, or is to stand in place of one's own, which said
 * `said` and shall say `better`; `text` waits meanwhile.
 */
export type Draft = {
  readonly text: string;
  readonly mentions?: readonly Person[];
  readonly beside?:
    | { readonly kind: 'answer'; readonly event: EventId }
    | { readonly kind: 'edit'; readonly event: EventId; readonly said: string; readonly better: string };
};

/** A message that another one answers, or that has been said better since. */
export type Quoted = { readonly sender: Person; readonly body: Body };

/** What a message answers. `quoted` null: it is not among what is loaded; `Timelines.look` brings it. */
export type Answered = { readonly event: EventId; readonly quoted: Quoted | null };

/** What a message said from `at` on, ms since the epoch. */
export type Version = { readonly at: number; readonly body: Body };

/** What one has done to a message and the server does not have yet. `failed`: it was refused, and waits for one's word. */
export type Act = {
  readonly does: 'edit' | 'reaction' | 'deletion';
  readonly transaction: TransactionId;
  readonly failed: FailureReason | null;
};

/**
 * Why a message may not be what it seems. `clear`: it came in clear though the conversation is encrypted, anybody on the
 * way could have read or written it. `device`: the device that sent it has not proved to be its sender's. `identity`: its
 * sender was verified, and is somebody else by now as far as keys tell. `sender`: it is of another than it claims.
 */
export type Doubt = 'clear' | 'device' | 'identity' | 'sender';

/** `key` is stable for the life of the row: a local echo keeps it when its event arrives. */
export type Row = { readonly key: string; readonly at: number; readonly sender: Person } & (
  | {
      readonly kind: 'message';
      readonly event: EventId | null;
      readonly mine: boolean;
      readonly body: Body;
      readonly answers: Answered | null;
      readonly doubt: Doubt | null;
      readonly edited: boolean;
      /** Those that came first stand first; at most fifty, the most used ones. */
      readonly reactions: readonly Reaction[];
      readonly delivery: Delivery | null;
      readonly transaction: TransactionId | null;
      /** The last of what one has done to it and is not settled; of what was refused, the first. */
      readonly act: Act | null;
    }
  | { readonly kind: 'notice'; readonly notice: Notice }
);

/** A part of a conversation without a hole in it; it is bounded, and what falls off at its far end is read again. */
export type Timeline = {
  readonly rows: readonly Row[];
  /** What lies before the first row. */
  readonly older: 'more' | 'loading' | 'beginning' | { readonly failed: FailureReason };
  /** What lies after the last row. `end`: nothing, and what comes is added as it comes. */
  readonly newer: 'more' | 'loading' | 'end' | { readonly failed: FailureReason };
  readonly typing: readonly Person[];
  /** The newest event that one has read on any device; the line "new" stands after it. */
  readonly readUpTo: EventId | null;
  /** One may delete what others say here, too. */
  readonly mayDelete: boolean;
};

/** The messages that a conversation keeps in sight for all, the one pinned last behind the others. */
export type Pinned = {
  readonly events: readonly EventId[];
  /** One may pin and take pins away here. */
  readonly mayPin: boolean;
};

/** Where in a conversation: at an event, at the first thing said at or after a time (ms since the epoch), at its end. */
export type Place = { readonly event: EventId } | { readonly at: number } | 'end';

/** Every way in which something asked of the engine can fail, each with its sentence in the interface. */
export type FailureReason =
  | 'wrong-password'
  | 'deactivated'
  | 'name-taken'
  | 'address-taken'
  | 'name-invalid'
  | 'password-weak'
  | 'registration-closed'
  | 'invitation-invalid'
  | 'administrator-link-used'
  | 'too-many-attempts'
  | 'unreachable'
  | 'forbidden'
  | 'not-found'
  | 'signed-out'
  | 'wrong-recovery-key'
  | 'too-large'
  | 'too-many-pixels'
  | 'damaged'
  | 'storage'
  | 'encryption-not-ready'
  | 'not-understood'
  | 'interrupted'
  | 'keys-unsaved'
  | 'keys-lost'
  | 'newer-version'
  | 'unexpected';
