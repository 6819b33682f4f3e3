/**
 * Holds a lock until this worker ends, however it ends, and resolves with its name: whoever else is granted it knows that
 * the worker is gone (Web Locks).
 */
export function holdForLife(): Promise<string> {
  const name = `tertulia-worker:${crypto.randomUUID()}`;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  navigator.locks
    .request(name, () => {
      resolve(name);
      return new Promise(() => undefined);
    })
    .catch(reject);
  return promise;
}
