/** Ends with another signal, or when it is told to. `done` leaves the other: call it when what this was for has ended. */
export type Following = {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  readonly done: () => void;
};

/**
 * `AbortSignal.any` and `AbortSignal.timeout` are held until the time is over, whatever became of the request: hundreds,
 * where much is asked.
 */
export function following(signal?: AbortSignal): Following {
  const own = new AbortController();
  const stop = () => own.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return {
    signal: own.signal,
    abort: (reason) => own.abort(reason),
    done: () => signal?.removeEventListener('abort', stop)
  };
}

/** Ends with `signal`, or after `ms`. */
export function limit(ms: number, signal?: AbortSignal): Pick<Following, 'signal' | 'done'> {
  const own = following(signal);
  const timer = setTimeout(() => own.abort(new DOMException(`not within ${ms} ms`, 'TimeoutError')), ms);
  return {
    signal: own.signal,
    done: () => {
      clearTimeout(timer);
      own.done();
    }
  };
}
