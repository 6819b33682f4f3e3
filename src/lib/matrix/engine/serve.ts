import type { FromEngine, FromPage, Target, Wire } from '../channel.ts';
import { Failure } from '../failure.ts';
import type { Live } from '../live.ts';
import { feeds } from '../ports.ts';
import type { Engine } from './engine.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** Commands that a page may call: the ports' own methods, nothing inherited, nothing private. */
const commands = {
  accounts: ['registration', 'register', 'signIn', 'signOut', 'becomeAdministrator'],
  conversations: ['create', 'direct', 'invite', 'join', 'leave', 'directory'],
  timelines: ['older', 'send', 'retry', 'cancel', 'markRead', 'typing'],
  people: ['search', 'rename'],
  recovery: ['setUp', 'restore'],
  link: ['retryNow']
} as const;

/** Serves one page over its channel until it says goodbye or is found gone. Returns the way to end it. */
export function serve(engine: Engine, wire: Wire<FromPage, FromEngine>): () => void {
  const watched = new Map<number, () => void>();
  let ended = false;

  const send = (message: FromEngine) => {
    if (!ended) wire.postMessage(message);
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
    const allowed: readonly string[] = (kind === 'watch' ? feeds : commands)[port] ?? [];
    if (!allowed.includes(method)) throw new Failure('unexpected', `no ${kind} ${port}.${method}`);
    const ports = account === null ? { accounts: engine.accounts } : await engine.running(account);
    const owner = (ports as unknown as Record<string, Record<string, Method>>)[port];
    const found = owner?.[method];
    if (!owner || !found) throw new Failure('unexpected', `no ${port}.${method}`);
    return found.bind(owner);
  };

  const watch = async (n: number, target: Target, args: readonly unknown[]) => {
    let stopped = false;
    watched.set(n, () => {
      stopped = true;
    });
    const live = (await find(target, 'watch'))(...args) as Live<unknown>;
    if (stopped) return;
    const stop = live.subscribe((value) => send({ t: 'value', n, value }));
    watched.set(n, stop);
    if (live.current !== undefined) send({ t: 'value', n, value: live.current });
  };

  wire.onmessage = ({ data }) => {
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
        watched.get(data.n)?.();
        watched.delete(data.n);
        return;
      case 'hello':
        // Granted when the page is gone, by whatever way it went.
        void navigator.locks.request(data.lock, end);
        return;
      case 'bye':
        end();
    }
  };
  return end;
}
