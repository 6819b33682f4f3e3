import type { Matrix } from '$lib/matrix/ports';

/**
 * How this page reaches Matrix: the engine in its worker; or, while developing, the examples in memory when the
 * address asks for them (`/chats?fake`). A build holds no trace of the second.
 */
export function connector(): () => Promise<Matrix> {
  if (import.meta.env.DEV && typeof location !== 'undefined' && new URLSearchParams(location.search).has('fake')) {
    return async () => (await import('./examples')).examples(new URLSearchParams(location.search).get('fake') ?? '');
  }
  const engines = import.meta.glob<{ connect(): Matrix }>('../matrix/remote/connect.ts');
  return async () => {
    const [load] = Object.values(engines);
    if (!load) throw new Error('no engine');
    return (await load()).connect();
  };
}
