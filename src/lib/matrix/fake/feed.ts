import { Cell, type Live } from '../live.ts';

/** Something whose `version` grows whenever what is read from it may have changed. */
export interface Source {
  readonly version: number;
  watch(run: () => void): () => void;
}

/**
 * A `Live` computed from a source. `read` gives undefined while the value is not known. The value keeps its identity
 * while its content is the same.
 */
export function feed<T>(source: Source, read: () => T | undefined): Live<T> {
  let version = -1;
  let text = '';
  const cell = new Cell<T>(undefined, () => source.watch(refresh));
  function refresh(): void {
    if (version === source.version) return;
    version = source.version;
    const value = read();
    const next = JSON.stringify(value);
    if (value === undefined || next === text) return;
    text = next;
    cell.set(value);
  }
  return {
    get current() {
      refresh();
      return cell.current;
    },
    subscribe(run) {
      refresh();
      return cell.subscribe(run);
    }
  };
}
