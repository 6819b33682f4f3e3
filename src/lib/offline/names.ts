import type { Notice } from './notice.ts';

/** Where the web server says what the app is made of (`src/lib/server/offline.ts`). */
export const listPath = '/_app/offline.json';

/** Files with their hash in their name: one cache for all builds, so that what did not change is fetched once. */
export const filesCache = 'tertulia-files';

const buildPrefix = 'tertulia-build:';

/** What belongs to one build alone: its list, its shell, its files without a hash. */
export const buildCache = (version: string): string => `${buildPrefix}${version}`;

/** The build that a cache belongs to; null for any other cache. */
export const buildOf = (cache: string): string | null =>
  cache.startsWith(buildPrefix) ? cache.slice(buildPrefix.length) : null;

/** A page holds this Web Lock (shared with others of its build) while it lives: its build is still needed. */
export const pageLock = (version: string): string => `tertulia-page-of:${version}`;

/** The build whose page holds a lock; null for any other lock. */
export const pageLockOf = (name: string | undefined): string | null =>
  name?.startsWith(pageLock('')) ? name.slice(pageLock('').length) : null;

/** A page tells the service worker that it is there and holds its lock, and what the desktop is to show and no longer. */
export type FromPage =
  | { readonly t: 'here' }
  | { readonly t: 'show'; readonly notice: Notice }
  | { readonly t: 'clear'; readonly tag: string };
