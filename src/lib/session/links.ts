import type { Links } from './register.svelte';

/**
 * What a link to `/register` carries. The administrator's token stands in the fragment, which no server sees; an
 * invitation in the query.
 */
export function linksOf({ hash, search }: { hash: string; search: string }): Links {
  const invitation = new URLSearchParams(search).get('invitation') || undefined;
  const administrator = new URLSearchParams(hash.replace(/^#/, '')).get('administrator') || undefined;
  return { invitation, administrator };
}
