/** A signal with an end of its own. `done` gives back what it holds: call it when what it was for has ended. */
export type Limit = { readonly signal: AbortSignal; readonly done: () => void };

/**
 * Aborts with `signal`, or after `ms`. `AbortSignal.any` and `AbortSignal.timeout` would be held until the time is over,
 * whatever became of the request: hundreds, where much is asked.
 */
export function limit(ms: number, signal?: AbortSignal): Limit {
  const own = new AbortController();
  const stop = () => own.abort(signal?.reason);
  const timer = setTimeout(() => own.abort(new DOMException(`not within ${ms} ms`, 'TimeoutError')), ms);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return {
    signal: own.signal,
    done: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  };
}
