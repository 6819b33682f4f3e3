import type { EventId, RoomId } from '$lib/matrix/values';
import { pathOf } from '$lib/rooms/path';
import type { Message } from './entries';

/** What one can do to a message, besides answering it by a sign. */
export type MessageAction =
  | 'answer'
  | 'forward'
  | 'edit'
  | 'copy'
  | 'save'
  | 'link'
  | 'pin'
  | 'unpin'
  | 'select'
  | 'versions'
  | 'details'
  | 'delete';

/** What one may do in a conversation, and what is pinned there. */
export type Rights = {
  readonly mayDelete: boolean;
  readonly mayPin: boolean;
  readonly pinned: readonly EventId[];
};

/** In the order in which they are offered. Of what has not arrived, or says nothing, there is nothing to be done. */
export function actionsFor(message: Message, { mayDelete, mayPin, pinned }: Rights): readonly MessageAction[] {
  const { body, event, mine, edited, act } = message;
  if (event === null || body.type === 'deleted') return [];
  const isText = body.type === 'text';
  const isPinned = pinned.includes(event);
  const offered: Record<MessageAction, boolean> = {
    answer: true,
    forward: isText || body.type === 'file',
    edit: mine && isText && body.style === 'plain' && act?.does !== 'deletion',
    copy: isText,
    save: body.type === 'file' && body.source !== undefined,
    link: true,
    pin: mayPin && !isPinned,
    unpin: mayPin && isPinned,
    select: true,
    versions: edited && act?.does !== 'edit',
    details: true,
    delete: mine || mayDelete
  };
  return (Object.keys(offered) as MessageAction[]).filter((action) => offered[action]);
}

/** Signs that are at hand for answering. */
export const signs = ['👍️', '❤️', '😂', '😮', '😢', '🙏'] as const;

/** The address of a message in this zone's app: whoever is in the conversation is led to it. */
export const linkTo = (origin: string, room: RoomId, event: EventId): string => `${origin}${pathOf(room, { event })}`;
