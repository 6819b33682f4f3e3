import { meetingPlace, type FromEngine, type FromPage, type Spoken, type Wire } from '../channel.ts';

/**
 * The engine's side of the meeting place: gives each page that speaks a wire of its own. Call it in the one worker
 * that holds the lock. Returns the way to leave.
 */
export function host(accept: (wire: Wire<FromPage, FromEngine>) => void, place = meetingPlace): () => void {
  const engine = crypto.randomUUID();
  const channel = new BroadcastChannel(place);
  const wires = new Map<string, Wire<FromPage, FromEngine>>();
  const say = (spoken: Spoken) => channel.postMessage(spoken);

  const wireOf = (page: string): Wire<FromPage, FromEngine> => {
    const known = wires.get(page);
    if (known) return known;
    const wire: Wire<FromPage, FromEngine> = {
      onmessage: null,
      postMessage: (message) => say({ t: 'to-page', page, message })
    };
    wires.set(page, wire);
    accept(wire);
    return wire;
  };

  channel.onmessage = ({ data }: MessageEvent<Spoken>) => {
    if (data.t === 'host?') say({ t: 'host', engine });
    if (data.t !== 'to-engine') return;
    wireOf(data.page).onmessage?.(new MessageEvent('message', { data: data.message }));
    if (data.message.t === 'bye') wires.delete(data.page);
  };
  say({ t: 'host', engine });
  return () => channel.close();
}
