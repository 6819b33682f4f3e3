/** What rooms are, as it crosses between the engine and the page with the other values. */
import type { Conversation, EventId, RoomId, Source, UserId } from './values.ts';

/**
 * Who may come into a room: everybody, whoever asks and is let in, who is in a certain other place, whom somebody invites
 * (Matrix 1.16 client-server, `m.room.join_rules`; `restricted`: MSC3083).
 */
export type Door = 'open' | 'knock' | 'restricted' | 'invitation';
/**
 * Who may read what was said: anybody, who is a member (all there is), members from their invitation on, members from
 * their coming in on (Matrix 1.16 client-server, `m.room.history_visibility`).
 */
export type History = 'anybody' | 'members' | 'invited' | 'joined';
/** Of what one wants to hear in a conversation. */
export type Notify = 'all' | 'mentions' | 'nothing';
/**
 * Of what one hears wherever it is said: `words` address oneself, and of what `quiet` people say to all one hears nothing.
 */
export type Heard = { readonly words: readonly string[]; readonly quiet: readonly UserId[] };
/** Where a conversation stands in one's own list (Matrix 1.16 client-server, "Room Tagging"). */
export type Shelf = 'favourite' | 'usual' | 'low';

/** A room that one makes, or a place that holds rooms (`Conversation.kind`), in which nobody writes. */
export type NewRoom = {
  readonly kind?: 'room' | 'place';
  readonly name: string;
  readonly topic?: string | undefined;
  readonly door: 'open' | 'knock' | 'invitation';
  readonly sealed: boolean;
};

/** What a room is besides what its conversation shows, and what one may change of it. */
export type RoomSettings = {
  /** As somebody has named it; may be empty. */
  readonly name: string;
  readonly topic: string;
  /** By which others find it: `#plaza:zone.example`. */
  readonly address: string | null;
  readonly rights: readonly Right[];
};

/** What is to be another in a room. `listed`: it stands in the zone's directory. */
export type RoomChange = {
  readonly name?: string;
  readonly topic?: string;
  /** null: none. */
  readonly photo?: Blob | null;
  /** What stands before the colon; null: none. */
  readonly address?: string | null;
  readonly door?: Exclude<Door, 'restricted'>;
  readonly history?: History;
  readonly keeps?: number | null;
  readonly listed?: boolean;
};

/** Something that came and one wants to hear of, the newest in its conversation. `event` null: one was invited. */
export type Alert = {
  readonly conversation: Conversation;
  readonly event: EventId | null;
  /** When it was said, ms since the epoch. */
  readonly at: number;
  readonly kind: 'message' | 'mention' | 'call' | 'knock' | 'invitation';
};

/** What one may do in a room besides writing; `delete` is of what others say, `rooms` puts rooms into a place. */
export type Right =
  | 'rooms'
  | 'delete'
  | 'pin'
  | 'name'
  | 'topic'
  | 'photo'
  | 'address'
  | 'door'
  | 'history'
  | 'keeps'
  | 'roles'
  | 'invite'
  /** Calls everybody by one message. */
  | 'call-all'
  | 'remove'
  | 'ban';

/** What somebody is in a room. Creators stand above all, for ever (room version 12, MSC4289). */
export type Role = 'creator' | GivenRole;
export type GivenRole = 'administrator' | 'moderator' | 'member';

/** A room as it tells of itself to who is not in it. */
export type OpenRoom = {
  readonly id: RoomId;
  readonly name: string;
  readonly topic: string;
  readonly photo: Source | null;
  readonly address: string | null;
  readonly memberCount: number;
  readonly door: Door;
  /** Whoever is not in it may read it, where this zone takes part in it. */
  readonly readable: boolean;
  readonly sealed: boolean;
  readonly joined: boolean;
};

/** A room or a place in a place. `via`: servers that know it. */
export type PlacedRoom = OpenRoom & { readonly isPlace: boolean; readonly via: readonly string[] };

/** A part of a directory. `more` asks for the next one; null: this is the last. */
export type Directory = { readonly rooms: readonly OpenRoom[]; readonly more: string | null };
/** What is looked for in a directory. `zone`: another one's than this; `after`: what the part before says of more. */
export type DirectoryQuery = { readonly term: string; readonly zone?: string; readonly after?: string };
