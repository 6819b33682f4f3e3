import 'fake-indexeddb/auto';

/**
 * The life of one engine as its databases see it. When it is killed, what it was writing is undone and nothing is
 * written any more: so ends a worker that the system kills, without a flush and without goodbye.
 */
export class Life {
  static readonly #living = new Map<string, Life>();
  readonly #databases = new Set<IDBDatabase>();
  readonly #running = new Set<IDBTransaction>();
  #over = false;

  /** @param profile which all databases of the engine have in their names */
  constructor(profile: string) {
    Life.#living.set(profile, this);
  }

  static of(database: string): Life | undefined {
    return [...Life.#living].find(([profile]) => database.includes(profile))?.[1];
  }

  take(database: IDBDatabase): void {
    this.#databases.add(database);
    // A dead one hears nothing, not even of its own end.
    const mute = (event: Event) => {
      if (this.#over) event.stopImmediatePropagation();
    };
    for (const type of ['success', 'error', 'abort', 'complete'])
      database.addEventListener(type, mute, { capture: true });
    const begin = database.transaction.bind(database);
    database.transaction = (...args) => {
      if (this.#over) throw new DOMException('the engine was killed', 'InvalidStateError');
      const transaction = begin(...args);
      // What only reads leaves nothing behind.
      if (transaction.mode !== 'readwrite') return transaction;
      this.#running.add(transaction);
      for (const end of ['complete', 'abort'])
        transaction.addEventListener(end, () => this.#running.delete(transaction));
      return transaction;
    };
  }

  kill(): void {
    this.#over = true;
    for (const transaction of this.#running) undo(transaction);
    for (const database of this.#databases) database.close();
  }
}

function undo(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch (thrown) {
    // It has been kept, and was about to say so.
    if (!(thrown instanceof Error) || thrown.name !== 'InvalidStateError') throw thrown;
  }
}

const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (this: IDBFactory, ...args) {
  const request = open.apply(this, args);
  const life = Life.of(args[0]);
  if (life) request.addEventListener('success', () => life.take(request.result));
  return request;
};
