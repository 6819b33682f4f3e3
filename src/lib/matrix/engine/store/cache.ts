import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { Keeping, RoomId } from '../../values.ts';
import type { Brief } from '../sync/brief.ts';
import type { RoomRecord } from '../sync/record.ts';
import { CacheDatabase } from './cache-database.ts';
import type { RawEvent } from '../event.ts';
import type { Change, Positions, Sealed, Start, Tail } from './database.ts';
import { isFull, isGone } from './fault.ts';
import { Owed } from './owed.ts';

const nothing: Start = { positions: {}, summary: undefined, rooms: [], accountData: [] };
/** Briefs that are read in one turn, so that whoever asks for something meanwhile is answered in between. */
const batch = 1000;
/** Writes that fail one after the other before the database is taken for damaged. */
const patience = 3;

/**
 * What the server has told, kept so that the next start need not ask. A database that is damaged, of another version or
 * gone is built anew; while there is none, or no room in it, all that is new stays in memory and the sync goes on.
 */
export class Cache {
  readonly #name: string;
  readonly #keeping = new Cell<Keeping>('kept');
  readonly #makeRoom: () => Promise<void>;
  #database: CacheDatabase | null = null;
  /** The database holds what led to the position, with what is owed. */
  #used = false;
  /** It held that, and no longer does: all must be told anew. */
  #lost = false;
  #failures = 0;
  #owed = new Owed();
  #writing: Owed | null = null;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(name: string, makeRoom: () => Promise<void>) {
    this.#name = name;
    this.#makeRoom = makeRoom;
  }

  /** With what is there for the first paint, `count` records among it. `makeRoom`: drops what else is not needed where the disk is full. */
  static async open(
    name: string,
    count: number,
    makeRoom: () => Promise<void> = async () => undefined
  ): Promise<{ cache: Cache; start: Start }> {
    const cache = new Cache(name, makeRoom);
    try {
      cache.#database = await CacheDatabase.open(name);
      const start = await cache.#database.start(count);
      cache.#used = true;
      return { cache, start };
    } catch (thrown) {
      console.warn('the cache is built anew:', Failure.from(thrown).message);
      await cache.#anew().catch((again) => cache.#failed(again));
      return { cache, start: nothing };
    }
  }

  /** Whether what is new reaches the disk. */
  get keeping(): Live<Keeping> {
    return this.#keeping;
  }

  /** Those kept by earlier sessions, in parts. Rejects where they cannot be read: then all is told anew. */
  async *briefs(): AsyncGenerator<readonly Brief[]> {
    let briefs: Brief[] = [];
    do {
      const after = briefs.at(-1)?.id ?? null;
      briefs = await this.#read((database) => database.briefs(after, batch), []);
      yield briefs;
    } while (briefs.length === batch);
  }

  /** Those that there are. */
  async records(rooms: readonly RoomId[]): Promise<RoomRecord[]> {
    const owed = rooms.map((room) => this.#owedOf(room));
    const known = owed.filter((record) => record !== null && record !== undefined);
    const kept = rooms.filter((_room, at) => owed[at] === undefined);
    if (kept.length === 0) return known;
    return [...known, ...(await this.#read((database) => database.records(kept), []).catch(() => []))];
  }

  positions(): Promise<Positions> {
    return this.#read((database) => database.positions(), {}).catch(() => ({}));
  }

  /**
   * Takes a change, whether it can be written now or not. False, to who commits the list's position, where what was kept
   * before is lost.
   */
  async commit(change: Change): Promise<boolean> {
    if (this.#closed) return true;
    this.#owed.add(change);
    this.#turn = this.#turn.then(() => this.#write());
    await this.#turn;
    if (!this.#lost || !change.positions?.list) return true;
    this.#lost = false;
    return false;
  }

  async tail(room: RoomId): Promise<Tail | undefined> {
    try {
      return await this.#database?.tail(room);
    } catch {
      // What else is kept may be whole.
      await this.dropTails();
      return undefined;
    }
  }

  /** It is shown sooner for being kept, and read again where it is not. */
  async putTail(tail: Tail): Promise<void> {
    await this.#database?.putTail(tail).catch(async (thrown) => {
      if (isFull(thrown)) await this.dropTails();
    });
  }

  async sealed(room: RoomId): Promise<readonly RawEvent[]> {
    return (await this.#database?.sealed(room).catch(() => [])) ?? [];
  }

  /** Where they are not kept they are read again. */
  async putSealed(sealed: Sealed): Promise<void> {
    await this.#database
      ?.putSealed(sealed)
      .catch((thrown) => console.warn('sealed events are not kept:', Failure.from(thrown).message));
  }

  /** Makes room: they are the first to go. */
  async dropTails(): Promise<void> {
    await this.#makeRoom();
    await this.#database?.dropTails().catch((thrown) => console.warn('tails stay:', Failure.from(thrown).message));
  }

  /** Resolves when nothing is being written any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    this.#database?.close();
  }

  #owedOf(room: RoomId): RoomRecord | null | undefined {
    const owed = this.#owed.of(room);
    return owed === undefined ? this.#writing?.of(room) : owed;
  }

  async #read<T>(read: (database: CacheDatabase) => Promise<T>, without: T): Promise<T> {
    if (!this.#database) return without;
    try {
      return await read(this.#database);
    } catch (thrown) {
      // The next write finds out whether there is anything to be saved.
      this.#failures = patience;
      throw thrown;
    }
  }

  async #write(): Promise<void> {
    const owed = this.#owed;
    this.#writing = owed;
    this.#owed = new Owed();
    try {
      await this.#put(owed);
      this.#failures = 0;
      this.#used = true;
      this.#keeping.set('kept');
    } catch (thrown) {
      owed.add(this.#owed);
      this.#owed = owed;
      this.#failed(thrown);
    }
    this.#writing = null;
  }

  async #put(owed: Owed): Promise<void> {
    const write = async (database: CacheDatabase) => {
      if (this.#lost) owed.forgetPosition();
      await database.write(owed);
    };
    const database = this.#database && this.#failures < patience ? this.#database : await this.#anew();
    try {
      await write(database);
    } catch (thrown) {
      if (isGone(thrown)) return write(await this.#anew());
      if (!isFull(thrown)) throw thrown;
      await this.dropTails();
      await write(database);
    }
  }

  /** An empty database. */
  async #anew(): Promise<CacheDatabase> {
    this.#database?.close();
    this.#database = null;
    this.#lost ||= this.#used;
    this.#used = false;
    this.#database = await CacheDatabase.anew(this.#name);
    this.#failures = 0;
    return this.#database;
  }

  #failed(thrown: unknown): void {
    if (!isFull(thrown)) this.#failures++;
    if (this.#keeping.current === 'kept') console.warn('kept in memory alone:', Failure.from(thrown).message);
    this.#keeping.set('memory');
  }
}
