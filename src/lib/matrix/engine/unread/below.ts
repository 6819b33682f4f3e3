import type { RoomId } from '../../values.ts';
import type { Brief } from '../sync/brief.ts';

/** Conversations that are followed at once below the window of the list: what is asked for goes with each request. */
const most = 30;

/**
 * Unread conversations below the window of the list. The server tells read marks of what is asked for alone: without
 * this, what was read on another device would stay unread here. In turns, where they are many.
 */
export class Below {
  #last: RoomId | null = null;

  /** Those to ask for next. `listed`: all, in their order; the first `window` of them are told anyhow. */
  next(listed: Iterable<Brief>, window: number): RoomId[] {
    const unread = [...listed]
      .slice(window)
      .filter(({ membership, unread }) => membership === 'joined' && (unread.count > 0 || !unread.exact))
      .map(({ id }) => id);
    // Where the last turn ended, or from the top where that one is read by now.
    const from = this.#last ? unread.indexOf(this.#last) + 1 : 0;
    const turn = [...unread.slice(from), ...unread.slice(0, from)].slice(0, most);
    this.#last = turn.at(-1) ?? null;
    return turn;
  }
}
