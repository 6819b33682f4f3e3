/** Files that are drawn over a part of the page and let go there. */
export class Dropping {
  readonly #take: (files: Iterable<File>) => void;
  #over = $state(false);

  constructor(take: (files: Iterable<File>) => void) {
    this.#take = take;
  }

  /** Some are over it now. */
  get over(): boolean {
    return this.#over;
  }

  here = (element: HTMLElement): (() => void) => {
    /** Each part of it that they pass says so. */
    let depth = 0;
    const has = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!has(event)) return;
      depth++;
      this.#over = true;
    };
    const leave = (event: DragEvent) => {
      if (has(event) && --depth <= 0) end();
    };
    const end = () => {
      depth = 0;
      this.#over = false;
    };
    const over = (event: DragEvent) => {
      // Else the browser would open them in the place of the app.
      if (has(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!has(event)) return;
      event.preventDefault();
      end();
      this.#take(event.dataTransfer?.files ?? []);
    };
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop };
    for (const [name, run] of Object.entries(listeners)) element.addEventListener(name, run as EventListener);
    return () => {
      for (const [name, run] of Object.entries(listeners)) element.removeEventListener(name, run as EventListener);
    };
  };
}
