import { building } from '$app/environment';
import type { Handle, HandleServerError } from '@sveltejs/kit';
import early from './early.js?raw';
import picture from './picture.js?raw';

/** Pages are made at build time only; each says its language and asks for the text's font before the styles do. */
export const handle: Handle = async ({ event, resolve }) => {
  const isApp = building && event.route.id?.startsWith('/(app)');
  const words: Readonly<Record<string, string>> = {
    language: event.params.lang ?? 'en',
    engine: isApp ? await engineScript() : '',
    early,
    picture: isApp ? `<script>${picture}</script>` : ''
  };
  return resolve(event, {
    transformPageChunk: ({ html }) =>
      html.replace(/%(language|engine|early|picture)%/g, (_, name: string) => words[name] ?? ''),
    preload: ({ type, path }) => type === 'js' || type === 'css' || (type === 'font' && path.includes('figtree'))
  });
};

/** The address of the engine's worker, which only the bundler names: read from what it has written for the browser. */
async function engineScript(): Promise<string> {
  const { readdir } = await import('node:fs/promises');
  const workers = '_app/immutable/workers';
  const names = (await readdir(`.svelte-kit/output/client/${workers}`)).filter((name) => /^worker-.*\.js$/.test(name));
  if (names.length !== 1) throw new Error(`one worker was expected, there are: ${names.join(', ')}`);
  return `/${workers}/${names[0]}`;
}

/** An address that there is no page for is no trouble of ours; all else is for the log. */
export const handleError: HandleServerError = ({ error, status, message }) => {
  if (status !== 404) console.error(error);
  return { message };
};
