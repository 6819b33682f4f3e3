import { difference } from '../change.ts';
import type { FromEngine, FromPage, Said, Target, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import { commands, feeds } from '../methods.ts';
import type { Engine } from './engine.ts';

type Watch = { readonly target: Target; readonly args: readonly unknown[]; readonly stop: () => void };
type Method = (...args: readonly unknown[]) => unknown;

function isOffered(kind: 'call' | 'watch', port: string, method: string): boolean {
  if (kind === 'call')
    return Object.hasOwn(commands, port) && Object.hasOwn(commands[port as keyof typeof commands], method);
  const lists: Readonly<Record<string, readonly string[]>> = feeds;
  return Object.hasOwn(lists, port) && lists[port]?.includes(method) === true;
}

/** Serves one page over its channel until it says goodbye or is found gone. Returns the way to end it. */
export function serve(engine: Engine, wire: Wire<FromPage, FromEngine>): () => void {
  const watched = new Map<number, Watch>();
  let ended = false;

  /** What feeds have said since the last word to the page, the latest of each; and what the page holds of each. */
  const said = new Map<number, unknown>();
  const held = new Map<number, { value: unknown; times: number }>();
  const post = (message: FromEngine) => {
    if (!ended) wire.postMessage(message);
  };
  const tell = (n: number, value: unknown) => {
    // Once for all that this turn of the event loop, and the promises kept in it, change.
    if (said.size === 0) setTimeout(tellAll);
    said.set(n, value);
  };
  const tellAll = () => {
    const values = [...said];
    said.clear();
    try {
      tellThese(values);
    } catch {
      for (const value of values) tellAlone(value);
    }
  };
  /** Of what the page holds already, what differs. */
  const tellThese = (values: readonly (readonly [n: number, value: unknown])[]) => {
    const words = values.flatMap(([n, value]) => {
      const before = held.get(n);
      const change = before ? difference(before.value, value) : { to: value };
      if (change === null) return [];
      const said: Said = before && !('to' in change) ? [n, change, before.times] : [n, value];
      return [{ said, value }];
    });
    if (words.length > 0) post({ t: 'values', values: words.map(({ said }) => said) });
    for (const { said, value } of words) held.set(said[0], { value, times: (said[2] ?? 0) + 1 });
  };
  /** A value that cannot be sent is the engine's mistake: it must not keep the others back. */
  const tellAlone = (value: readonly [n: number, value: unknown]) => {
    try {
      tellThese([value]);
    } catch (thrown) {
      fail(value[0], thrown);
    }
  };
  /** An answer comes after what was said before it. */
  const send = (message: FromEngine) => {
    tellAll();
    post(message);
  };
  const fail = (n: number, thrown: unknown) => {
    const { reason, message, retryAfter } = Failure.from(thrown);
    if (reason === 'unexpected') console.error('engine:', message, thrown);
    send({ t: 'failure', n, reason, detail: message, retryAfter });
  };
  const end = () => {
    ended = true;
    leaveStarts();
    for (const { stop } of watched.values()) stop();
    watched.clear();
    said.clear();
    held.clear();
  };

  const find = async ({ port, method, account }: Target, kind: 'call' | 'watch'): Promise<Method> => {
    if (!isOffered(kind, port, method)) throw new Failure('unexpected', `no ${kind} ${port}.${method}`);
    const ports = account === null ? { accounts: engine.accounts } : await engine.running(account);
    const owner = (ports as unknown as Record<string, Record<string, Method>>)[port];
    const found = owner?.[method];
    if (!owner || !found) throw new Failure('unexpected', `no ${port}.${method}`);
    return found.bind(owner);
  };

  const unwatch = (n: number) => {
    watched.get(n)?.stop();
    watched.delete(n);
    said.delete(n);
    held.delete(n);
  };

  const watch = async (n: number, target: Target, args: readonly unknown[]) => {
    unwatch(n);
    let stopped = false;
    const asked = { target, args, stop: () => void (stopped = true) };
    watched.set(n, asked);
    try {
      const live = (await find(target, 'watch'))(...args) as Live<unknown>;
      if (stopped) return;
      let told = false;
      const leave = live.subscribe((value) => {
        told = true;
        tell(n, value);
      });
      watched.set(n, { target, args, stop: leave });
      if (!told && live.current !== undefined) tell(n, live.current);
    } catch (thrown) {
      if (watched.get(n) === asked) watched.delete(n);
      throw thrown;
    }
  };

  const watchOrFail = (n: number, target: Target, args: readonly unknown[]) =>
    void watch(n, target, args).catch((thrown) => fail(n, thrown));

  // Signed in again, an account runs anew: a page goes on with it.
  const leaveStarts = engine.onStart((account) => {
    for (const [n, { target, args }] of [...watched]) if (target.account === account) watchOrFail(n, target, args);
  });

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
        watchOrFail(data.n, data, data.args);
        return;
      case 'unwatch':
        unwatch(data.n);
        return;
      case 'stir':
        engine.stir(data.why);
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
