/** ms between two looks at the clock, and by how much it may be off: timers of hidden pages are slow. */
const beat = 5_000;
const tolerance = 15_000;

/** Runs `woke` when the clock shows that the machine has slept, or was set. Returns the way to end it. */
export function watchSleep(woke: () => void): () => void {
  let last = Date.now();
  const timer = setInterval(() => {
    const passed = Date.now() - last;
    last += passed;
    if (passed < 0 || passed > beat + tolerance) woke();
  }, beat);
  return () => clearInterval(timer);
}
