import { Agent, fetch as fetchFrom } from 'undici';

/**
 * A network that can be cut: what runs then fails, and so does what is asked later. Each has an address of its own, as
 * browsers in different houses do: the zone's limits by address hold here as anywhere.
 */
export class Network {
  readonly #way: Agent;
  #cut = false;
  #running = new AbortController();

  constructor(address: string) {
    this.#way = new Agent({ localAddress: address, connect: { family: 4 } });
  }

  fetch = ((input: string, init?: RequestInit) => {
    if (this.#cut) return Promise.reject(new TypeError('the network is cut'));
    const signals = [init?.signal, this.#running.signal].filter((signal) => signal != null);
    return fetchFrom(input, { ...init, signal: AbortSignal.any(signals), dispatcher: this.#way } as never);
  }) as typeof globalThis.fetch;

  close(): Promise<void> {
    return this.#way.destroy();
  }

  cut(): void {
    this.#cut = true;
    this.#running.abort(new TypeError('the network was cut'));
    this.#running = new AbortController();
  }

  restore(): void {
    this.#cut = false;
  }
}
