import type { Matrix } from '$lib/matrix/ports';

/**
 * How this page reaches Matrix: the engine in its worker; or, while developing, an example in memory when the address
 * names one (`/chats?fake`, `/chats?fake=offline`). A build holds no trace of the second.
 */
export function connector(): () => Promise<Matrix> {
  if (import.meta.env.DEV && typeof location !== 'undefined') {
    const name = new URLSearchParams(location.search).get('fake');
    if (name !== null) return async () => (await import('./examples')).exampleNamed(name);
  }
  return async () => (await import('$lib/matrix/remote/connect')).connect();
}
