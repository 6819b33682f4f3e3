import type { AccountId } from '../values.ts';

/** Our own parameter, by which the service worker knows whose token a request needs. It never leaves the browser. */
const parameter = 'account';

/** In pixels of the screen; the server gives the next larger thumbnail that it has. */
export type Size = { readonly width: number; readonly height: number; readonly crop: boolean };

/**
 * Where a page finds media of the zone with the rights of an account (Matrix 1.11, client-server API, "Content
 * repository"), as a thumbnail where a size is given. Null for what is no address of media. Needs a service worker that
 * controls the page (`navigator.serviceWorker.controller`); where there is none, the answer is 401 and the bytes have to
 * come as a blob from the engine.
 */
export function mediaUrl(account: AccountId, content: string, size?: Size): string | null {
  const [, server, id] = /^mxc:\/\/([\w.:[\]-]+)\/([\w-]+)$/.exec(content) ?? [];
  if (!server || !id) return null;
  const query = new URLSearchParams();
  if (size) {
    query.set('width', String(Math.ceil(size.width)));
    query.set('height', String(Math.ceil(size.height)));
    query.set('method', size.crop ? 'crop' : 'scale');
  }
  query.set(parameter, account);
  return `/_matrix/client/v1/media/${size ? 'thumbnail' : 'download'}/${server}/${id}?${query}`;
}

/** What a page asked for, taken apart: the address that leaves the browser, and whose token goes with it. */
export function claimOf(address: string): { url: URL; account: AccountId } | null {
  const url = new URL(address);
  const account = url.searchParams.get(parameter);
  if (!account) return null;
  url.searchParams.delete(parameter);
  return { url, account: account as AccountId };
}
