import type { RawEvent } from '../event.ts';
import { meet } from '../unread/effect.ts';
import { advance, nothingUnread, type Unread } from '../unread/unread.ts';
import { event, id, me } from './examples.ts';

export const reader = { me, name: undefined };
export const met = (...events: RawEvent[]) => events.map((raw) => meet(raw, undefined, reader));
export const after = (...events: RawEvent[]) => advance(nothingUnread, met(...events));
export const ids = ({ events }: Unread) => events.map((one) => one.id);
export const mark = (name: string, at: number) => ({ event: id(name), at });
export const relates = (rel_type: string, to: string) => ({ body: 'x', 'm.relates_to': { rel_type, event_id: to } });
export const inThread = (name: string, root: string, more: Partial<RawEvent> = {}) =>
  event(name, { content: relates('m.thread', root), ...more });
export const redaction = (name: string, of: string) =>
  event(name, { type: 'm.room.redaction', content: { redacts: of } });
export const reaction = (name: string, to: string) =>
  event(name, { type: 'm.reaction', content: relates('m.annotation', to) });
export const edit = (name: string, of: string) => event(name, { content: relates('m.replace', of) });
