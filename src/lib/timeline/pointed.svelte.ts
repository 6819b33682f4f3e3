/** The message that one points at, with the mouse or by the keyboard: the one whose actions are at hand. */
export class Pointed {
  #hovered = $state<string | null>(null);
  #focused = $state<string | null>(null);
  #held = $state<string | null>(null);
  #last = $state<string | null>(null);

  get key(): string | null {
    return this.#held ?? this.#hovered ?? this.#focused;
  }

  /** The message that one was last at by the keyboard. */
  get last(): string | null {
    return this.#last;
  }

  /** Stays with a message while its menu is open, wherever the pointer goes. */
  hold(key: string, held: boolean): void {
    if (held) this.#held = key;
    else if (this.#held === key) this.#held = null;
  }

  /** To be attached to what has the messages in it, each marked `data-message` with its key. */
  readonly follow = (list: HTMLElement): (() => void) => {
    const keyAt = (target: EventTarget | null) =>
      target instanceof Element ? (target.closest<HTMLElement>('[data-message]')?.dataset.message ?? null) : null;
    const over = (event: PointerEvent) => {
      // A finger does not hover: it rests.
      if (event.pointerType === 'mouse') this.#hovered = keyAt(event.target);
    };
    const leave = () => (this.#hovered = null);
    const focus = ({ target }: FocusEvent) => {
      const key = keyAt(target);
      if (key !== null) this.#last = key;
      this.#focused = target instanceof Element && target.matches(':focus-visible') ? key : null;
    };
    const blur = ({ relatedTarget }: FocusEvent) => {
      // A row that leaves the page is blurred while the page is being drawn.
      if (keyAt(relatedTarget) === null) queueMicrotask(() => (this.#focused = null));
    };
    list.addEventListener('pointerover', over);
    list.addEventListener('pointerleave', leave);
    list.addEventListener('focusin', focus);
    list.addEventListener('focusout', blur);
    return () => {
      list.removeEventListener('pointerover', over);
      list.removeEventListener('pointerleave', leave);
      list.removeEventListener('focusin', focus);
      list.removeEventListener('focusout', blur);
    };
  };
}
