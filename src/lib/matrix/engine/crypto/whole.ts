/**
 * The same way to the network, of whole answers alone: of a connection that is lost in the middle of one the SDK makes a
 * fault that stays, and what waits for it would not be tried again.
 */
export const whole = (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  (async (...asked) => {
    const answer = await fetch(...asked);
    const { status, statusText, headers } = answer;
    const bytes = await answer.arrayBuffer();
    return new Response(bytes.byteLength > 0 ? bytes : null, { status, statusText, headers });
  }) satisfies typeof globalThis.fetch;
