/**
 * Runs once npm's shell, which started this process, has gone. npm passes SIGTERM on to that shell only, which dies
 * without a word to us. Started by anything else nothing is watched: a shell may leave, and the zone stay.
 * @param {() => void} run
 */
export function whenNpmLeaves(run) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    run();
  }, 1000).unref();
}
