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

  /** Those to ask for next. The `window` most active of all are told anyhow, wherever one keeps them. */
  next(listed: Iterable<Brief>, window: number): RoomId[] {
    const activity = ({ membership, bump }: Brief) => (membership === 'invited' ? Infinity : bump);
    const unread = [...listed]
      .sort((a, b) => (activity(a) === activity(b) ? 0 : activity(b) - activity(a)))
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
