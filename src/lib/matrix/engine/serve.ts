import { difference } from '../change.ts';
import type { FromEngine, FromPage, Target, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import { commands, feeds } from '../ports.ts';
import type { Engine } from './engine.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** Serves one page over its channel until it says goodbye or is found gone. Returns the way to end it. */
export function serve(engine: Engine, wire: Wire<FromPage, FromEngine>): () => void {
  const watched = new Map<number, () => void>();
  let ended = false;

  const send = (message: FromEngine) => {
    if (!ended) wire.postMessage(message);
  };
  /**
   * Says the values of one feed: the first whole, then what differs. A value that cannot be sent is the engine's mistake:
   * it must not stop who set it.
   */
  const teller = (n: number) => {
    let told: { value: unknown; times: number } | undefined;
    return (value: unknown) => {
      try {
        const change = told ? difference(told.value, value) : { to: value };
        if (change === null) return;
        const whole = !told || 'to' in change;
        send(whole ? { t: 'value', n, value } : { t: 'change', n, change, after: told?.times ?? 0 });
        told = { value, times: whole ? 1 : (told?.times ?? 0) + 1 };
      } catch (thrown) {
        fail(n, thrown);
      }
    };
  };
  const fail = (n: number, thrown: unknown) => {
    const { reason, message, retryAfter } = Failure.from(thrown);
    if (reason === 'unexpected') console.error('engine:', message, thrown);
    send({ t: 'failure', n, reason, detail: message, retryAfter });
  };
  const end = () => {
    ended = true;
    for (const stop of watched.values()) stop();
    watched.clear();
  };

  const find = async ({ port, method, account }: Target, kind: 'call' | 'watch'): Promise<Method> => {
    const lists: Readonly<Record<string, readonly string[]>> = kind === 'watch' ? feeds : commands;
    if (!Object.hasOwn(lists, port) || !lists[port]?.includes(method))
      throw new Failure('unexpected', `no ${kind} ${port}.${method}`);
    const ports = account === null ? { accounts: engine.accounts } : await engine.running(account);
    const owner = (ports as unknown as Record<string, Record<string, Method>>)[port];
    const found = owner?.[method];
    if (!owner || !found) throw new Failure('unexpected', `no ${port}.${method}`);
    return found.bind(owner);
  };

  const unwatch = (n: number) => {
    watched.get(n)?.();
    watched.delete(n);
  };

  const watch = async (n: number, target: Target, args: readonly unknown[]) => {
    unwatch(n);
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    watched.set(n, stop);
    try {
      const live = (await find(target, 'watch'))(...args) as Live<unknown>;
      if (stopped) return;
      let told = false;
      const tell = teller(n);
      const leave = live.subscribe((value) => {
        told = true;
        tell(value);
      });
      watched.set(n, leave);
      if (!told && live.current !== undefined) tell(live.current);
    } catch (thrown) {
      if (watched.get(n) === stop) watched.delete(n);
      throw thrown;
    }
  };

  wire.onmessage = ({ data }) => {
    if (ended) return;
    switch (data.t) {
      case 'call':
        find(data, 'call')
          .then((method) => method(...data.args))
          .then((value) => send({ t: 'result', n: data.n, value }))
          .catch((thrown) => fail(data.n, thrown));
        return;
      case 'watch':
        watch(data.n, data, data.args).catch((thrown) => fail(data.n, thrown));
        return;
      case 'unwatch':
        unwatch(data.n);
        return;
      case 'hello':
        // Granted when the page is gone, by whatever way it went.
        navigator.locks.request(data.lock, end).catch((thrown) => console.error('engine: no lock', thrown));
        return;
      case 'bye':
        end();
    }
  };
  return end;
}
