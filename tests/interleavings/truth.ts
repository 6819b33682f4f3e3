/** What the server has of a room, and what one should see of it. */
import type { Timeline } from '../../src/lib/matrix/values.ts';
import type { Event } from '../lab/account.ts';

export type Seen = {
  readonly timeline: Timeline;
  readonly unread: { readonly count: number; readonly exact: boolean };
  readonly truth: readonly Event[];
  /** What must be there once, by text; of edited messages what they say now. */
  readonly texts: ReadonlySet<string>;
  /** How many messages of others follow one's own last one and all of one's marks. */
  readonly expected: number;
};

/** Those that are rows: edits are not. */
export const messagesOf = (events: readonly Event[]): readonly Event[] =>
  events.filter(({ type, content }) => {
    const message = type === 'm.room.message' || type === 'm.room.encrypted';
    return message && (content['m.relates_to'] as { rel_type?: string } | undefined)?.rel_type !== 'm.replace';
  });

export const textOf = (row: Timeline['rows'][number]): string =>
  row.kind === 'message' && row.body.type === 'text' ? row.body.text : '';

/** How many messages of others came after one's own last message and all of one's marks. What was deleted is not one. */
export function unreadOf(events: readonly Event[], marks: readonly string[], me: string): number {
  const mine = new Set(messagesOf(events).filter(({ sender }) => sender === me));
  const last = events.findLastIndex((event) => mine.has(event) || marks.includes(event.event_id));
  const present = ({ sender, content }: Event): boolean => sender !== me && Object.keys(content).length > 0;
  return messagesOf(events.slice(last + 1)).filter(present).length;
}
