/**
 * What the app needs from Matrix. Three implementations: `engine` (in the worker), `remote` (what a page holds: the
 * engine over a message channel) and `fake` (in memory). One contract suite runs on all of them (`tests/contract`).
 *
 * Every argument and value is serialisable. A method returns either a Promise (a command; rejects with `Failure`) or a
 * `Live` (a feed; listed in `methods.ts`). Asking twice for the same feed may give two objects.
 */
import type { Export } from './export/port.ts';
import type { Live } from './live.ts';
import type { RecoveryPort, Security, Verification } from './security-ports.ts';
import type * as V from './values.ts';

export type { Export };
export type * from './security-ports.ts';

export interface Accounts {
  /** The accounts of this browser, in the order of signing in. */
  list(): Live<readonly V.Account[]>;
  registration(): Promise<V.Registration>;
  /** Makes an account and signs it in. Fails with name-taken, name-invalid, password-weak, registration-closed, invitation-invalid, too-many-attempts, unreachable. */
  register(form: { name: string; password: string; invitation?: string }): Promise<V.Account>;
  /** `name` is a local part, an address or a user id. Fails with wrong-password, deactivated, too-many-attempts, unreachable. */
  signIn(form: { name: string; password: string }): Promise<V.Account>;
  /**
   * Ends the session at the server (where it answers) and wipes all that this browser keeps of the account. Where there is
   * a backup of keys, those on their way to it go first; fails with keys-unsaved where they do not get there in time,
   * unless one goes `anyway`.
   */
  signOut(account: V.AccountId, how?: { anyway: boolean }): Promise<void>;
  /**
   * Ends the account for good at the server, which shows what its person wrote to nobody who comes later (Matrix 1.16
   * client-server, `POST /account/deactivate` with `erase`), and wipes all that this browser keeps of it. Fails with
   * wrong-password.
   */
  erase(account: V.AccountId, password: string): Promise<void>;
  /** Spends the one-time link that the zone printed when it first started. Fails with administrator-link-used. */
  becomeAdministrator(account: V.AccountId, token: string): Promise<void>;
}

export interface Conversations {
  /** Invitations, places, favourites, the usual ones, those of low priority; of each the newest first. `total` counts every conversation, not those in the slice. */
  list(range: V.Range): Live<V.Slice<V.Conversation>>;
  /** Those whose name holds the term, without case and accents, in the order of the list; eight at most. */
  search(term: string): Live<readonly V.Conversation[]>;
  /** null: this account has no such conversation. */
  one(room: V.RoomId): Live<V.Conversation | null>;
  /** Sum of what one wants to hear of in all conversations, for the badge; an invitation is one, and addresses oneself. */
  unread(): Live<V.Unread>;
  /** What has come since this browser is at it that one wants to hear of and has not read, one a conversation, the newest last. */
  alerts(): Live<readonly V.Alert[]>;
  create(form: V.NewRoom): Promise<V.RoomId>;
  /** The direct conversation with a person: the one there is, or a new one, encrypted. */
  direct(person: V.UserId): Promise<V.RoomId>;
  invite(room: V.RoomId, person: V.UserId): Promise<void>;
  /** `room` is an id or an alias `#plaza:zone.example`; `via` names servers that know it (room ids name none). */
  join(room: string, via?: readonly string[]): Promise<V.RoomId>;
  /** Asks to be let in; `leave` takes that back. Fails with forbidden, not-found, unreachable. */
  knock(room: string, reason: string, via?: readonly string[]): Promise<void>;
  /** Leaves, or declines an invitation. */
  leave(room: V.RoomId): Promise<void>;
  setNotify(room: V.RoomId, notify: V.Notify): Promise<void>;
  setShelf(room: V.RoomId, shelf: V.Shelf): Promise<void>;
  /** Rooms that a zone shows to who looks for some. Fails with unreachable, forbidden. */
  directory(query: V.DirectoryQuery): Promise<V.Directory>;
  /** What a room tells of itself to who is not in it. `room`, `via`: as of `join`. Fails with not-found, unreachable. */
  describe(room: string, via?: readonly string[]): Promise<V.OpenRoom>;
  /** The rooms and places in a place, in its own order, as far as one may know of them. Fails with not-found, unreachable. */
  within(place: V.RoomId): Promise<readonly V.PlacedRoom[]>;
}

export interface Timelines {
  /**
   * A conversation, first at its open end: while somebody subscribes, new rows come at once. All who look at it look at
   * the same part; it is at the end again when the last one has left.
   */
  rows(room: V.RoomId): Live<V.Timeline>;
  /** Reads further back; resolves when the rows are there. A second call while one runs is the same call. */
  older(room: V.RoomId): Promise<void>;
  /** Reads on towards the end, where the rows do not reach it. A second call while one runs is the same call. */
  newer(room: V.RoomId): Promise<void>;
  /**
   * Shows the rows around a place; they are there when it resolves, to the key of the row that stands there (the next
   * one where it has none of its own), or null at the end. Where it fails, with not-found or unreachable, nothing moves.
   */
  jump(room: V.RoomId, place: V.Place): Promise<string | null>;
  /**
   * Resolves as soon as the message is kept in the outbox, before any network. Order is kept in a room. Said again under
   * the same transaction (`newTransaction`) it is the same message. The rows return to the end, where it stands.
   * With a file, what is written is its caption and may be empty.
   */
  send(
    room: V.RoomId,
    writing: V.Writing & { readonly answers?: V.EventId | undefined; readonly file?: V.Attachment | undefined },
    transaction: V.TransactionId
  ): Promise<void>;
  /** Says one's own message better. It is shown so at once and kept as `send` keeps; so are the next two. */
  edit(room: V.RoomId, event: V.EventId, writing: V.Writing, transaction: V.TransactionId): Promise<void>;
  /** Answers a message by a sign, or takes one's own back (`given` false). What stands so already is left as it is. */
  react(room: V.RoomId, event: V.EventId, key: string, given: boolean, transaction: V.TransactionId): Promise<void>;
  /**
   * Says in another conversation what a message says now, without whom it answered and addressed. Fails with not-found,
   * unreachable where the message is not among the rows and cannot be read.
   */
  forward(room: V.RoomId, event: V.EventId, to: V.RoomId, transaction: V.TransactionId): Promise<void>;
  /** Deletes what a message says, for everybody. Others' messages: where one's role in the room allows it. */
  delete(room: V.RoomId, event: V.EventId, reason: string, transaction: V.TransactionId): Promise<void>;
  retry(room: V.RoomId, transaction: V.TransactionId): Promise<void>;
  /** Takes back a message, or something done to one, that has not been sent; a file also while it goes to the zone. */
  cancel(room: V.RoomId, transaction: V.TransactionId): Promise<void>;
  /** A message that is not among the rows. Fails with not-found, unreachable. */
  look(room: V.RoomId, event: V.EventId): Promise<V.Quoted>;
  /** All that a message has said, oldest first. Fails with not-found, unreachable. */
  versions(room: V.RoomId, event: V.EventId): Promise<readonly V.Version[]>;
  /** Who of the others has read so far as a message that is among the rows, as far as they let it be known; the last first. */
  readers(room: V.RoomId, event: V.EventId): Promise<readonly V.Person[]>;
  /** One has seen this event and all before it. */
  markRead(room: V.RoomId, event: V.EventId): Promise<void>;
  typing(room: V.RoomId, typing: boolean): Promise<void>;
}

export interface Pins {
  /** Known while the conversation is open. */
  of(room: V.RoomId): Live<V.Pinned>;
  /**
   * Pins a message for everybody, or takes its pin away (`pinned` false). What stands so already is left as it is. Fails
   * with forbidden, not-found, unreachable.
   */
  set(room: V.RoomId, event: V.EventId, pinned: boolean): Promise<void>;
}

/** What was said, wherever and whenever. */
export interface Search {
  /**
   * While somebody looks at it: what the zone finds where it can read, and this browser where it alone can. All who look
   * for the same share what is found.
   */
  messages(query: V.MessageQuery): Live<V.FoundMessages>;
  /** Looks further back, or again where that failed, for who looks at it; resolves when it has. */
  further(query: V.MessageQuery): Promise<void>;
}

/** What a room is, and who looks after it. */
export interface Rooms {
  /** Known while the conversation is open. */
  settings(room: V.RoomId): Live<V.RoomSettings>;
  /** Whether it stands in the directory of this zone. */
  listed(room: V.RoomId): Promise<boolean>;
  /**
   * Changes what is named, one after the other, and leaves the rest. Fails with forbidden, address-taken, too-large,
   * unreachable; what came before is changed then.
   */
  change(room: V.RoomId, change: V.RoomChange): Promise<void>;
  /** Puts a room, or a place, into a place, or takes it out. Fails with forbidden, unreachable. */
  setWithin(place: V.RoomId, room: V.RoomId, within: boolean): Promise<void>;
  setRole(room: V.RoomId, person: V.UserId, role: V.GivenRole): Promise<void>;
  /** Sends somebody out, or takes her invitation back, or refuses whoever asks to come in. She may come back as the door lets her. */
  remove(room: V.RoomId, person: V.UserId, reason: string): Promise<void>;
  /** Sends somebody out for good. */
  ban(room: V.RoomId, person: V.UserId, reason: string): Promise<void>;
  unban(room: V.RoomId, person: V.UserId): Promise<void>;
  banned(room: V.RoomId): Promise<readonly V.Person[]>;
}

export interface Files {
  /** Bytes of the largest file that the zone takes; null where it does not say. Fails with unreachable. */
  limit(): Promise<number | null>;
  /** The whole file, opened where it is encrypted. Fails with not-found, unreachable, too-large, damaged. */
  bytes(source: V.Source): Promise<Blob>;
  /** What is not deleted, and can be read. `next` as of the part before. Fails with not-found, forbidden, unreachable. */
  shared(room: V.RoomId, next?: string): Promise<V.SharedFiles>;
}

/** What links lead to, as the zone finds it, and where one wants to see that. */
export interface Links {
  /**
   * What the page behind an address says of itself; the zone learns the address. null: nothing that could be shown, or the
   * zone does not look, or it is no address of the web. Fails with unreachable where the zone itself is.
   */
  preview(url: string): Promise<V.LinkPreview | null>;
  wanted(): Live<V.LinksWanted>;
  /** On all devices. */
  setEverywhere(shown: boolean): Promise<void>;
  /** On this browser alone, so that no zone can say it. null: as is usual there. Fails with storage. */
  setIn(room: V.RoomId, shown: boolean | null): Promise<void>;
  /** Under one message, on this browser. Fails with storage. */
  hide(event: V.EventId): Promise<void>;
}

export interface People {
  me(): Live<V.Person>;
  /**
   * Those who are in the room, who ask to come in and who are invited: those who ask first, then by role, then by name.
   * `term`: those alone whose name or address holds it, without case and accents.
   */
  members(room: V.RoomId, range: V.Range, term?: string): Live<V.Slice<V.Member>>;
  /** People of this zone, and those one shares a room with; a whole address finds its person anywhere. */
  search(term: string): Promise<readonly V.Person[]>;
  rename(name: string): Promise<void>;
  /** What somebody tells of herself; empty: nothing. Fails with not-found, unreachable. */
  about(person: V.UserId): Promise<string>;
  setAbout(text: string): Promise<void>;
  /** null: none. Fails with too-large, unreachable. */
  setPhoto(photo: Blob | null): Promise<void>;
}

/** What one has begun to write, kept on this browser over reloads and closed tabs. No server hears of it. */
export interface Drafts {
  /** null: there is none. */
  of(room: V.RoomId): Promise<V.Draft | null>;
  /**
   * null: there is none any more. `written`: when it was, ms since the epoch, where it comes late: it gives way to what was
   * kept since. Fails with storage where it cannot be kept.
   */
  keep(room: V.RoomId, draft: V.Draft | null, written?: number): Promise<void>;
}

/** Of what one wants to hear beside what each conversation is set to. What stands so already is left as it is. */
export interface Hearing {
  state(): Live<V.Heard>;
  /** A message that has this word (without case) is as one that names oneself, or no longer. */
  setWord(word: string, wanted: boolean): Promise<void>;
  setQuiet(person: V.UserId, quiet: boolean): Promise<void>;
}

/** By which the zone reaches this browser with no page open (Matrix 1.16 client-server, "Push notifications"). */
export interface Pushers {
  /** Fails with unreachable, not-understood. */
  set(target: V.PushTarget): Promise<void>;
  remove(target: V.PushTarget): Promise<void>;
}

export interface Link {
  state(): Live<V.Connection>;
  /** Whether this browser keeps what is new. What must not be lost and cannot be kept is refused with `storage`. */
  keeping(): Live<V.Keeping>;
  /** Tries again now instead of when the wait is over. */
  retryNow(): Promise<void>;
}

export interface AccountPorts {
  readonly conversations: Conversations;
  readonly timelines: Timelines;
  readonly pins: Pins;
  readonly search: Search;
  readonly rooms: Rooms;
  readonly files: Files;
  readonly links: Links;
  readonly people: People;
  readonly recovery: RecoveryPort;
  readonly verification: Verification;
  readonly drafts: Drafts;
  readonly hearing: Hearing;
  readonly pushers: Pushers;
  readonly security: Security;
  readonly export: Export;
  readonly link: Link;
}

export interface Matrix {
  /**
   * Whether this page is of the build that has the engine. `superseded`: a newer one took over; what is on show stays and
   * can be read, what is asked fails with newer-version until the page is loaded anew.
   */
  readonly version: Live<'current' | 'superseded'>;
  readonly accounts: Accounts;
  account(id: V.AccountId): AccountPorts;
}
