import type { Live } from '../../src/lib/matrix/live.ts';

export type Followed<T> = { readonly current: T | undefined; readonly stop: () => void };

/** Watches as a page does. */
export function follow<T>(live: Live<T>): Followed<T> {
  const stop = live.subscribe(() => undefined);
  return {
    get current() {
      return live.current;
    },
    stop
  };
}

/** The first value that fits. Rejects with the last one when that takes too long. */
export function settled<T>(what: string, live: Live<T>, fits: (value: T) => boolean, seconds = 30): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop = (): void => undefined;
    const end = () => {
      clearTimeout(late);
      stop();
    };
    const look = () => {
      const value = live.current;
      if (value === undefined || !fits(value)) return;
      end();
      resolve(value);
    };
    const late = setTimeout(() => {
      end();
      reject(new Error(`waited ${seconds} s in vain for ${what}; last: ${JSON.stringify(live.current)?.slice(-3000)}`));
    }, seconds * 1000);
    stop = live.subscribe(look);
    look();
  });
}
