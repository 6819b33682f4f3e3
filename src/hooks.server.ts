import type { Handle, HandleServerError } from '@sveltejs/kit';

/** Pages are made at build time only; each says its language and asks for the text's font before the styles do. */
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%language%', event.params.lang ?? 'en'),
    preload: ({ type, path }) => type === 'js' || type === 'css' || (type === 'font' && path.includes('figtree'))
  });

/** An address that there is no page for is no trouble of ours; all else is for the log. */
export const handleError: HandleServerError = ({ error, status, message }) => {
  if (status !== 404) console.error(error);
  return { message };
};
