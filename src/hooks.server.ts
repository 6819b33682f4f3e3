import type { Handle } from '@sveltejs/kit';

/** Pages are made at build time only; each says its language and asks for the text's font before the styles do. */
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%language%', event.params.lang ?? 'en'),
    preload: ({ type, path }) => type === 'js' || type === 'css' || (type === 'font' && path.includes('figtree'))
  });
