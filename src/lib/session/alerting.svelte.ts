import { Following } from '$lib/matrix/following.svelte';
import type { Conversations } from '$lib/matrix/ports';
import type { Alert, UserId } from '$lib/matrix/values';
import { tagOf, type Notice } from '$lib/offline/notice';
import { m } from '$lib/paraglide/messages';
import { previewWords } from '$lib/rooms/preview';

/** What the desktop is to show, and no longer. */
type Desktop = { readonly show: (notice: Notice) => void; readonly clear: (tag: string) => void };

/** Brings what one wants to hear of to the desktop, once each, and takes away what has been read. */
export class Alerting {
  readonly #alerts: Following<readonly Alert[]>;
  readonly #me: UserId;
  readonly #desktop: Desktop;
  /** By tag: which event is shown. What was there before this page is not news. */
  #shown: Readonly<Record<string, string>> | undefined;

  constructor(conversations: Pick<Conversations, 'alerts'>, me: UserId, desktop: Desktop) {
    this.#alerts = new Following(conversations.alerts());
    this.#me = me;
    this.#desktop = desktop;
  }

  /** To be run in an effect, while one wants to hear. */
  follow(): void {
    const alerts = this.#alerts.current;
    if (!alerts) return;
    const tags = alerts.map((alert) => [tagOf(this.#me, alert.conversation.id), alert.event ?? 'invitation'] as const);
    const now: Readonly<Record<string, string>> = Object.fromEntries(tags);
    for (const tag of Object.keys(this.#shown ?? {})) if (!Object.hasOwn(now, tag)) this.#desktop.clear(tag);
    for (const alert of alerts) {
      const tag = tagOf(this.#me, alert.conversation.id);
      if (this.#shown && this.#shown[tag] !== now[tag]) this.#desktop.show(noticeOf(alert, tag, this.#me));
    }
    this.#shown = now;
  }
}

function noticeOf({ conversation, kind, at }: Alert, tag: string, me: UserId): Notice {
  const { who, what } = previewWords(conversation, me);
  const path = `/chats/${encodeURIComponent(conversation.id)}`;
  const base = { tag, title: conversation.name, path, at, reply: m.notice_reply() };
  if (kind === 'invitation')
    return { ...base, body: m.invitation_room({ who: conversation.inviter?.name ?? '' }), reply: '' };
  if (kind === 'knock') return { ...base, body: m.notice_knock(), reply: '' };
  if (kind === 'call') return { ...base, body: m.notice_called() };
  if (!conversation.last) return { ...base, body: m.notice_new() };
  return { ...base, body: who ? `${who}: ${what}` : what };
}
