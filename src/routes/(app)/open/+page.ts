import { error, redirect } from '@sveltejs/kit';
import { pathOfLink } from '$lib/rooms/path';

/** Where the system brings Matrix links (`protocol_handlers` of the manifest). */
export function load({ url }: { url: URL }): never {
  const path = pathOfLink(url.searchParams.get('link') ?? '', url.origin);
  if (path) redirect(307, path);
  error(404);
}
