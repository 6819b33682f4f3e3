import { Failure } from '../../failure.ts';
import { Cell, type Live } from '../../live.ts';
import type { Search as Port } from '../../ports.ts';
import type * as V from '../../values.ts';
import type { Crypto } from '../crypto/crypto.ts';
import { Pause } from '../pause.ts';
import type { ListLoop } from '../sync/list-loop.ts';
import { Looking, type LookingDeps } from './looking.ts';
import { Reader, type Read } from './reader.ts';

type Deps = Omit<LookingDeps, 'reader'> & {
  readonly list: ListLoop;
  readonly crypto: () => Promise<Crypto>;
};

type Running = {
  readonly looking: Looking;
  readonly cells: Set<Cell<V.FoundMessages>>;
  latest: V.FoundMessages | undefined;
};

/** ms until what one has left is forgotten: at a start the machine has other things to do. */
const settling = 1000;

const nameOf = ({ term, room }: V.MessageQuery): string => JSON.stringify([term, room]);

/** Looks for messages: one search for all who look for the same, for as long as they do. */
export class Search implements Port {
  readonly #deps: LookingDeps;
  readonly #running = new Map<string, Running>();

  constructor({ list, crypto, ...deps }: Deps, life: AbortSignal) {
    const { server, index, records } = deps;
    const onRead = (read: Read) => {
      for (const { looking } of this.#running.values()) looking.take(read);
    };
    const reader = new Reader({ server, index, crypto, onRead });
    this.#deps = { ...deps, reader };
    const left = new Set<V.RoomId>();
    const forget = () => {
      if (life.aborted) return;
      reader.forget([...left]).catch((thrown) => console.warn('kept for searching:', Failure.from(thrown).message));
      left.clear();
    };
    const stops = [
      list.listen({ news: ({ room }) => reader.stir(room), typing: () => undefined }),
      records.onChange((changed) => {
        const gone = [...changed].filter((room) => (records.brief(room)?.membership ?? 'left') === 'left');
        if (gone.length === 0) return;
        for (const { looking } of this.#running.values()) looking.refresh();
        if (left.size === 0) void new Pause(life).for(settling).then(forget);
        for (const room of gone) left.add(room);
      }),
      () => {
        for (const { looking } of this.#running.values()) looking.close();
      }
    ];
    life.addEventListener('abort', () => stops.forEach((stop) => stop()), { once: true });
  }

  messages(query: V.MessageQuery): Live<V.FoundMessages> {
    const cell: Cell<V.FoundMessages> = new Cell<V.FoundMessages>(undefined, () => {
      const name = nameOf(query);
      const running = this.#running.get(name) ?? this.#begin(query);
      this.#running.set(name, running);
      running.cells.add(cell);
      if (running.latest) cell.set(running.latest);
      return () => {
        running.cells.delete(cell);
        if (running.cells.size > 0) return;
        this.#running.delete(name);
        running.looking.close();
      };
    });
    return cell;
  }

  async further(query: V.MessageQuery): Promise<void> {
    await this.#running.get(nameOf(query))?.looking.further();
  }

  #begin(query: V.MessageQuery): Running {
    const cells = new Set<Cell<V.FoundMessages>>();
    const tell = (found: V.FoundMessages) => {
      running.latest = found;
      for (const cell of [...cells]) cell.set(found);
    };
    const running: Running = { looking: new Looking(query, this.#deps, tell), cells, latest: undefined };
    running.looking.begin();
    return running;
  }
}
