/** What one account's media may take in this browser, bytes. */
const room = 200 * 1024 * 1024;
const most = 2000;

/** Removes the oldest of a cache until it keeps its bounds. */
export async function trim(cache: Cache, bounds = { bytes: room, files: most }): Promise<void> {
  // Both in the order of keeping (Service Workers, 5.4.6).
  const [requests, answers] = [await cache.keys(), await cache.matchAll()];
  const sizes = answers.map(({ headers }) => Number(headers.get('content-length') ?? 0));
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  for (const [index, request] of requests.entries()) {
    if (bytes <= bounds.bytes && requests.length - index <= bounds.files) return;
    bytes -= sizes[index] ?? 0;
    await cache.delete(request);
  }
}
