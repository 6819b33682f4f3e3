import type { Body, Conversation, Member, Person, RoomId, Source as FileSource } from '../values.ts';

/** Something that happened in a conversation. */
export type Line = {
  /** As it is at the zone and, where it was sealed, what it says. */
  readonly original: Readonly<Record<string, unknown>>;
  /** ms since the epoch. */
  readonly at: number;
  readonly sender: Person;
  readonly mine: boolean;
  /** What it says now; null: it is no message. */
  readonly body: Body | null;
};

export type About = {
  /** What the zone knows of the account, by the names of the documents. Nothing that lets anybody in or opens anything. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly photo: FileSource | null;
};

/** Where one's data is read from. What fails with unreachable can be asked again. */
export interface Source {
  about(): Promise<About>;
  conversations(): Promise<readonly Conversation[]>;
  members(room: RoomId): Promise<readonly Member[]>;
  /** Reads a conversation from its end: each call gives the part before, newest first; null: there is none. */
  history(room: RoomId): () => Promise<readonly Line[] | null>;
  /** A file, opened where it is sealed. */
  bytes(source: FileSource): Promise<Blob>;
}
