import { createSubscriber } from 'svelte/reactivity';
import { on } from 'svelte/events';

/** Whether somebody has this page in front of her: only then is what it shows read. */
export class Attention {
  readonly #look = createSubscriber((update) => {
    const stops = [on(document, 'visibilitychange', update), on(window, 'focus', update), on(window, 'blur', update)];
    return () => stops.forEach((stop) => stop());
  });

  get here(): boolean {
    this.#look();
    return document.visibilityState === 'visible' && document.hasFocus();
  }
}
