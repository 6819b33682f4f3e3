import type { AccountId } from '../values.ts';
import { credentialsOf } from './credentials.ts';

const prefix = 'tertulia-media:';

/** Holds what was fetched with an account's token. The service worker fills it, signing out removes it. */
export const mediaCache = (account: AccountId): string => `${prefix}${account}`;

/** Removes what this browser keeps of an account's media. Call it when the account is no longer in the database. */
export async function forgetMedia(account: AccountId): Promise<void> {
  // Not in Node, nor on a page without TLS.
  if ('caches' in globalThis) await caches.delete(mediaCache(account));
}

/** Removes media of accounts that are no longer here: what an interrupted sign-out left. */
export async function forgetStrangers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(prefix)) continue;
    const account = name.slice(prefix.length) as AccountId;
    if (!(await credentialsOf(account))) await forgetMedia(account);
  }
}
