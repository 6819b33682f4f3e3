/// <reference lib="webworker" />
import type { Notice, ToPage } from './notice.ts';

declare const self: ServiceWorkerGlobalScope;

/** Chromium takes these, and the DOM's types do not know them. */
type Options = NotificationOptions & {
  renotify?: boolean;
  timestamp?: number;
  actions?: readonly { action: string; title: string }[];
};

const windows = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

/** Shows it, unless somebody has a page of ours in front of her: there it is in the list. */
export async function show(notice: Notice): Promise<void> {
  if ((await windows()).some(({ focused }) => focused)) return;
  await put(notice);
}

export async function put({ tag, title, body, path, at, reply, silent = false }: Notice): Promise<void> {
  const options: Options = {
    tag,
    body,
    icon: '/icon-192.png',
    badge: '/badge-96.png',
    timestamp: at,
    // Another one in the same conversation is heard, too.
    renotify: true,
    silent,
    data: { path },
    actions: reply ? [{ action: 'reply', title: reply }] : []
  };
  await self.registration.showNotification(title, options);
}

/** Takes those away whose tag fits. */
export async function clear(fits: (tag: string) => boolean): Promise<void> {
  for (const notification of await self.registration.getNotifications())
    if (fits(notification.tag)) notification.close();
}

/** Leads to what a press means, in a page that is open or in a new one. */
export async function follow(notification: Notification): Promise<void> {
  notification.close();
  const { path = '/chats' } = (notification.data ?? {}) as { path?: string };
  const open = await windows();
  const page = open.find(({ focused }) => focused) ?? open[0];
  if (!page) {
    await self.clients.openWindow(path);
    return;
  }
  await page.focus().catch(() => undefined);
  page.postMessage({ t: 'go', path } satisfies ToPage);
}
