/** Runs once the page has nothing better to do, after 2 s at the latest. Returns the way to forget it. */
export function whenIdle(run: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(run, 200);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(run, { timeout: 2000 });
  return () => cancelIdleCallback(idle);
}

/** ms after which who has opened the app has found what she came for. */
const settled = 3000;

/** The same for what nobody waits for yet: not while the app is being opened. */
export function whenSettled(run: () => void): () => void {
  let forget = (): void => clearTimeout(timer);
  const timer = setTimeout(() => (forget = whenIdle(run)), settled);
  return () => forget();
}
