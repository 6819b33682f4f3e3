/** Looking for messages, as it crosses between the engine and the page with the other values. */
import type { Conversation, EventId, FailureReason, Person, RoomId } from './values.ts';

/** Messages that hold every word of `term` (`sought.ts`). `room` absent: in all conversations one is in. */
export type MessageQuery = { readonly term: string; readonly room?: RoomId | undefined };

export type FoundMessage = {
  readonly conversation: Conversation;
  readonly event: EventId;
  /** ms since the epoch. */
  readonly at: number;
  readonly sender: Person;
  readonly mine: boolean;
  /** One line of what it says, around the first of the words; of a file, its name and what is said with it. */
  readonly text: string;
};

export type FoundMessages = {
  /** Newest first, none twice. While one looks further back, others may come between them. */
  readonly messages: readonly FoundMessage[];
  /** What was looked for, as it may stand in the messages: `sought.ts`, and how the zone has bent the words. */
  readonly words: readonly string[];
  /** `more`: there may be others further back (`Search.further`). */
  readonly state: 'looking' | 'more' | 'all';
  /**
   * What is encrypted the zone cannot read; this browser looks through it from the newest back to this time, ms since the
   * epoch. null: to the beginning, or nothing of it is encrypted.
   */
  readonly since: number | null;
  /** Encrypted messages whose key is not here, met so far. */
  readonly unreadable: number;
  /** Why it could not look everywhere; what was found stays, and `Search.further` tries again. */
  readonly failure: FailureReason | null;
};
