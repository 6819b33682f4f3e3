import 'fake-indexeddb/auto';

/** What a dead engine would still be answered: whatever it does with it, nothing ever comes of it. */
const silence: unknown = new Proxy(() => undefined, { get: () => silence, set: () => true, apply: () => silence });
const silent = new Proxy({}, { get: () => silence, set: () => true }) as IDBTransaction;

/**
 * The life of one engine as its databases see it. When it is killed, what it was writing is undone, nothing is written
 * any more, and it hears nothing: so ends a worker that the system kills, without a flush and without goodbye.
 */
export class Life {
  static readonly #living = new Map<string, Life>();
  readonly #databases = new Set<IDBDatabase>();
  readonly #writing = new Set<IDBTransaction>();
  #over = false;

  /** @param profile which all databases of the engine have in their names */
  constructor(profile: string) {
    Life.#living.set(profile, this);
  }

  static of(database: string): Life | undefined {
    return [...Life.#living].find(([profile]) => database.includes(profile))?.[1];
  }

  /** Follows a database that is being opened. */
  follow(request: IDBOpenDBRequest): void {
    const mute = (event: Event): void => {
      if (this.#over) event.stopImmediatePropagation();
    };
    request.addEventListener('success', (event) => {
      mute(event);
      const { result: database } = request;
      if (this.#over) return database.close();
      this.#databases.add(database);
      for (const type of ['success', 'error', 'abort', 'complete'])
        database.addEventListener(type, mute, { capture: true });
      const begin = database.transaction.bind(database);
      database.transaction = (...args) => (this.#over ? silent : this.#begun(begin(...args)));
    });
  }

  #begun(transaction: IDBTransaction): IDBTransaction {
    // What only reads leaves nothing behind.
    if (transaction.mode === 'readonly') return transaction;
    this.#writing.add(transaction);
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => this.#writing.delete(transaction));
    return transaction;
  }

  kill(): void {
    this.#over = true;
    for (const transaction of this.#writing) undo(transaction);
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
  Life.of(args[0])?.follow(request);
  return request;
};
