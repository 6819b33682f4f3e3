import { sharePath } from './shared.ts';

/** How the service worker answers a request of its own origin. `nothing`: as if it were not there. */
export type Answered = 'page' | 'file' | 'plain' | 'media' | 'share' | 'nothing';

type Asked = {
  readonly method: string;
  readonly mode: RequestMode;
  readonly destination: RequestDestination;
  readonly url: string;
};

/** What the zone's servers answer: pages of theirs and of nobody else. */
const servers = /^\/(?:_matrix|_synapse|_tertulia|\.well-known|_app)(?:\/|$)/;
const media = /^\/_matrix\/client\/v1\/media\/(?:download|thumbnail)\//;
/** What an account's token may be spent on. A frame or a window would run what others wrote in our own name. */
const shown: readonly RequestDestination[] = ['image', 'audio', 'video', ''];

export function answered({ method, mode, destination, url }: Asked, origin: string): Answered {
  const address = new URL(url);
  const { pathname } = address;
  // What a page has made itself (`blob:`) has its origin, too.
  if (address.origin !== origin || address.protocol === 'blob:') return 'nothing';
  if (method === 'POST' && mode === 'navigate' && pathname === sharePath) return 'share';
  if (method !== 'GET') return 'nothing';
  if (mode === 'navigate') return destination === 'document' && !servers.test(pathname) ? 'page' : 'nothing';
  if (media.test(pathname)) return shown.includes(destination) ? 'media' : 'nothing';
  if (pathname.startsWith('/_app/immutable/')) return 'file';
  return servers.test(pathname) ? 'nothing' : 'plain';
}
