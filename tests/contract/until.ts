import { onTestFinished } from 'vitest';
import type { Live } from '../../src/lib/matrix/live.ts';

/** How long a condition may take on a slow machine with a real server. */
const deadline = 20_000;

/** A feed that is observed until the test ends. */
export class Watch<T> {
  readonly #live: Live<T>;
  readonly #waiting = new Set<() => void>();
  /** Every value since the watch began, the first one included where it was known. */
  readonly seen: T[] = [];
  readonly stop: () => void;

  constructor(live: Live<T>) {
    this.#live = live;
    this.stop = live.subscribe((value) => {
      this.seen.push(value);
      for (const look of [...this.#waiting]) look();
    });
    if (live.current !== undefined && this.seen.length === 0) this.seen.push(live.current);
    onTestFinished(() => this.stop());
  }

  get current(): T | undefined {
    return this.#live.current;
  }

  /** The first value, of now or later, that fits. Rejects with the last value when the deadline passes. */
  until(predicate: (value: T) => boolean): Promise<T> {
    const called = new Error('waited in vain');
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        called.message = `waited ${deadline} ms in vain; the last value: ${written(this.#live.current)}`;
        reject(called);
      }, deadline);
      const look = () => {
        const value = this.#live.current;
        if (value === undefined || !predicate(value)) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(value);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

const written = (value: unknown): string | undefined =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' && part.length > 200 ? `${part.slice(0, 200)}…` : part
  )?.slice(0, 4000);

export const watch = <T>(live: Live<T>): Watch<T> => new Watch(live);

/** Watches a feed until a value fits. */
export const until = <T>(live: Live<T>, predicate: (value: T) => boolean): Promise<T> => watch(live).until(predicate);

/** Asks again and again until the answer fits, for questions that have no feed. */
export async function eventually<T>(ask: () => T | Promise<T>, predicate: (answer: T) => boolean): Promise<T> {
  const called = new Error('asked in vain');
  const end = Date.now() + deadline;
  for (;;) {
    const answer = await ask();
    if (predicate(answer)) return answer;
    if (Date.now() > end) {
      called.message = `asked for ${deadline} ms in vain; the last answer: ${written(answer)}`;
      throw called;
    }
    await new Promise((next) => setTimeout(next, 100));
  }
}
