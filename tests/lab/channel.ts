/** Calls between a test and a process of the lab, over Node's own channel (`stdio: ['…', 'ipc']`). */
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

type Call = { readonly id: number; readonly name: string; readonly args: readonly unknown[] };
type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });
/** A method rejects or returns; arguments and values are what `structuredClone` takes. */
export type Methods = { readonly [name: string]: (...args: never[]) => unknown };
export type Remote<M extends Methods> = {
  readonly [K in keyof M]: (...args: Parameters<M[K]>) => Promise<Awaited<ReturnType<M[K]>>>;
};

/** In the process: answers calls until the other side is gone, then leaves. */
export function answer(methods: Methods): void {
  process.on('disconnect', () => process.exit());
  process.on('message', (message) => void reply(methods, message as Call));
}

async function reply(methods: Methods, call: Call): Promise<void> {
  let answer: Answer;
  try {
    answer = { id: call.id, value: await methods[call.name]?.(...(call.args as never[])) };
  } catch (error) {
    answer = { id: call.id, error: error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error) };
  }
  if (process.connected) process.send?.(answer);
}

/** In the test: the methods of a process started with `serialization: 'advanced'`. Its end fails the open calls. */
export function remote<M extends Methods>(child: ChildProcess, what: string): Remote<M> {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 0;
  const failAll = (): void => {
    for (const call of open.values()) call.reject(new Error(`${what} ended`));
    open.clear();
  };
  child.on('exit', failAll).on('error', failAll);
  child.on('message', (message) => {
    const answer = message as Answer;
    const call = open.get(answer.id);
    open.delete(answer.id);
    if ('error' in answer) call?.reject(new Error(`${what}: ${answer.error}`));
    else call?.resolve(answer.value);
  });
  const call = (name: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = next++;
      open.set(id, { resolve, reject });
      child.send({ id, name, args } satisfies Call, (error) => {
        if (error && open.delete(id)) reject(new Error(`${what} does not listen`, { cause: error }));
      });
    });
  return new Proxy({} as Remote<M>, {
    // A promise would be taken for one of its methods: `then` is none.
    get: (_, name) =>
      typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => call(name, args) : undefined
  });
}

/** In the test: closes the channel, at which the process leaves. */
export async function dismiss(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}
