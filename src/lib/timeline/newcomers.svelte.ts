import { isolate } from '$lib/ui/words';
import type { Row } from '$lib/matrix/values';
import type { Conversation } from './conversation.svelte';
import { bodyWords } from './words';

/** What has come since one was last at the end of a conversation, and what has just come, to be said aloud. */
export class Newcomers {
  readonly #conversation: Conversation;
  readonly #atEnd: () => boolean;
  /** The newest row at the time of being at the end. Kept here, not derived: it is a memory. */
  #left: string | null = null;
  #first: string | null = null;
  #metNew = false;

  constructor(conversation: Conversation, atEnd: () => boolean) {
    this.#conversation = conversation;
    this.#atEnd = atEnd;
  }

  /** Messages of others that stand after the place where one was last at the end. */
  readonly count = $derived.by(() => {
    const rows = this.#conversation.timeline?.rows ?? [];
    // Elsewhere in the conversation nobody can tell.
    if (!this.#conversation.atNewest) return 0;
    const at = rows.findLastIndex(({ key }) => key === this.#left);
    if (this.#atEnd() || at < 0) {
      this.#left = rows.at(-1)?.key ?? null;
      return 0;
    }
    return rows.slice(at + 1).filter(isOfOthers).length;
  });

  /** Whether the line «new», at `line`, has been above the rows in sight ever since the conversation was opened. */
  beganAbove(line: number, firstInSight: number): boolean {
    if (line >= firstInSight) this.#metNew = true;
    return !this.#metNew;
  }

  /** The newest message of somebody else since the conversation was opened, in words. */
  readonly latest = $derived.by(() => {
    const row = this.#conversation.timeline?.rows.findLast(isOfOthers);
    if (!this.#conversation.atNewest) {
      // Who comes back to the end is told of what comes then.
      this.#first = null;
      return '';
    }
    if (!row || row.kind !== 'message') return '';
    this.#first ??= row.key;
    return row.key === this.#first ? '' : `${isolate(row.sender.name)}: ${bodyWords(row.body)}`;
  });
}

const isOfOthers = (row: Row): boolean => row.kind === 'message' && !row.mine;
