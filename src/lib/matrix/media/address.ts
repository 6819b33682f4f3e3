import type { AccountId, FileSeal } from '../values.ts';

/**
 * Our own parameters, by which the service worker knows whose token a request needs, what opens the file and what it then
 * is. They never leave the browser.
 */
const parameters = ['account', 'key', 'iv', 'sha256', 'type'] as const;

/** In pixels of the screen; the server gives the next larger thumbnail that it has. */
export type Size = { readonly width: number; readonly height: number; readonly crop: boolean };

/**
 * Where a page finds media of the zone with the rights of an account (Matrix 1.11, client-server API, "Content
 * repository"), as a thumbnail where a size is given, opened where it is `sealed`; the server makes no thumbnails of what it
 * cannot read. Null for what is no address of media. Needs a service worker that
 * controls the page (`navigator.serviceWorker.controller`); where there is none, the answer is 401 and the bytes have to
 * come as a blob from the engine.
 */
export function mediaUrl(
  account: AccountId,
  content: string,
  how: { readonly size?: Size | undefined; readonly sealed?: { readonly seal: FileSeal; readonly type: string } } = {}
): string | null {
  const [, server, id] = /^mxc:\/\/([\w.:[\]-]+)\/([\w-]+)$/.exec(content) ?? [];
  if (!server || !id) return null;
  const query = new URLSearchParams();
  const { size, sealed } = how;
  if (size) {
    query.set('width', String(Math.ceil(size.width)));
    query.set('height', String(Math.ceil(size.height)));
    query.set('method', size.crop ? 'crop' : 'scale');
  }
  query.set('account', account);
  if (sealed) for (const [name, value] of Object.entries({ ...sealed.seal, type: sealed.type })) query.set(name, value);
  return `/_matrix/client/v1/media/${size ? 'thumbnail' : 'download'}/${server}/${id}?${query}`;
}

/** What a page asked for, taken apart: the address that leaves the browser, whose token goes with it, and what opens the answer. */
export type Claim = {
  readonly url: URL;
  readonly account: AccountId;
  readonly sealed: { readonly seal: FileSeal; readonly type: string } | null;
};

export function claimOf(address: string): Claim | null {
  const url = new URL(address);
  const [account, key, iv, sha256, type] = parameters.map((name) => url.searchParams.get(name));
  for (const name of parameters) url.searchParams.delete(name);
  if (!account) return null;
  return {
    url,
    account: account as AccountId,
    sealed: key && iv && sha256 ? { seal: { key, iv, sha256 }, type: type ?? '' } : null
  };
}
