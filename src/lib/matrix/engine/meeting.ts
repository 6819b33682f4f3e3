import { meetingPlace, type FromEngine, type FromPage, type Spoken, type Wire } from '../channel.ts';

/**
 * The engine's side of the meeting place: gives each page that speaks a wire of its own. `accept` returns the way to end
 * it. Call it in the one worker that holds the lock. Returns the way to leave.
 */
export function host(accept: (wire: Wire<FromPage, FromEngine>) => () => void, place = meetingPlace): () => void {
  const engine = crypto.randomUUID();
  const channel = new BroadcastChannel(place);
  const pages = new Map<string, { readonly wire: Wire<FromPage, FromEngine>; readonly end: () => void }>();
  const say = (spoken: Spoken) => channel.postMessage(spoken);

  const wireOf = (page: string): Wire<FromPage, FromEngine> => {
    const known = pages.get(page);
    if (known) return known.wire;
    const wire: Wire<FromPage, FromEngine> = {
      onmessage: null,
      postMessage: (message) => say({ t: 'to-page', page, message })
    };
    pages.set(page, { wire, end: accept(wire) });
    return wire;
  };

  channel.onmessage = ({ data }: MessageEvent<Spoken>) => {
    if (data.t === 'host?') say({ t: 'host', engine });
    if (data.t !== 'to-engine') return;
    wireOf(data.page).onmessage?.(new MessageEvent('message', { data: data.message }));
    if (data.message.t === 'bye') pages.delete(data.page);
  };
  say({ t: 'host', engine });
  return () => {
    for (const { end } of pages.values()) end();
    channel.close();
  };
}
