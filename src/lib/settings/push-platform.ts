import type { PushTarget } from '$lib/matrix/values';
import type { Platform } from './notices.svelte';

/** Where a browser remembers what one has chosen. */
export const noticesKey = 'tertulia.notices';
/** Where the zone's web server says by which key it pushes (RFC 8292). */
const keyPath = '/push/key';

const base64 = (bytes: ArrayBuffer | null): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const targetOf = (subscription: PushSubscription): PushTarget => ({
  endpoint: subscription.endpoint,
  p256dh: base64(subscription.getKey('p256dh')),
  auth: base64(subscription.getKey('auth'))
});

async function subscribe(): Promise<PushTarget | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return null;
  const answer = await fetch(keyPath).catch(() => null);
  if (!answer?.ok) return null;
  const { key } = (await answer.json()) as { key: string };
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration?.active) return null;
  const { pushManager } = registration;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return targetOf(await pushManager.subscribe(options));
  } catch (thrown) {
    // A subscription by an earlier key of the zone is in the way; or there is no way to a push service from here.
    const old = await pushManager.getSubscription();
    if (!(await old?.unsubscribe())) {
      console.warn('no push:', thrown instanceof Error ? thrown.message : thrown);
      return null;
    }
    return pushManager.subscribe(options).then(targetOf, () => null);
  }
}

async function unsubscribe(): Promise<PushTarget | null> {
  if (!('serviceWorker' in navigator)) return null;
  const subscription = await (await navigator.serviceWorker.getRegistration())?.pushManager?.getSubscription();
  if (!subscription) return null;
  const target = targetOf(subscription);
  await subscription.unsubscribe();
  return target;
}

/** This browser. */
export const browserPlatform = (): Platform => ({
  permission: () => ('Notification' in window && 'serviceWorker' in navigator ? Notification.permission : null),
  ask: () => Notification.requestPermission(),
  subscribe,
  unsubscribe,
  storage: localStorage
});
