/// <reference lib="webworker" />
import type { AccountId } from '../matrix/values.ts';
import { credentialsOf } from '../matrix/media/credentials.ts';
import { tagOf } from './notice.ts';
import { clear, put } from './notices.ts';
import { wordsOf } from './push-words.ts';

declare const self: ServiceWorkerGlobalScope;

/** What the zone's gateway sends (`src/lib/server/push`): which event, and nothing of what it says. */
export type Pushed = {
  readonly account: string;
  readonly room?: string;
  readonly event?: string;
  /** Conversations with something unread. */
  readonly unread: number;
};

function pushedIn(data: PushMessageData | null): Pushed | null {
  try {
    const { account, room, event, unread } = (data?.json() ?? {}) as Partial<Record<keyof Pushed, unknown>>;
    if (typeof account !== 'string') return null;
    return {
      account,
      ...(typeof room === 'string' && { room }),
      ...(typeof event === 'string' && { event }),
      unread: typeof unread === 'number' ? unread : 0
    };
  } catch {
    return null;
  }
}

/**
 * Somebody wrote while no page was open. Where one is, it tells better: it can read what is encrypted. Where all has been
 * read elsewhere nothing is left to be shown.
 */
export async function pushed(data: PushMessageData | null): Promise<void> {
  const push = pushedIn(data);
  if (!push) return;
  if (push.unread === 0) await clear((tag) => tag.startsWith(tagOf(push.account, '')));
  if (!push.room || !push.event) return;
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (open.length > 0) return;
  // Who has signed out here meanwhile is told nothing.
  const credentials = await credentialsOf(push.account as AccountId).catch(() => undefined);
  if (!credentials) return;
  const words = await wordsOf(push.room, push.event, credentials);
  const path = `/chats/${encodeURIComponent(push.room)}`;
  await put({ tag: tagOf(push.account, push.room), path, at: Date.now(), reply: '', ...words });
}
