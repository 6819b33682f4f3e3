import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
  type VirtualizerOptions
} from '@tanstack/virtual-core';
import { createSubscriber } from 'svelte/reactivity';

type Core = Virtualizer<HTMLElement, HTMLElement>;
type Options = VirtualizerOptions<HTMLElement, HTMLElement>;

interface Setup {
  /** The stable key of each row, in order. */
  keys: () => readonly string[];
  /** px, before a row has been measured. */
  estimate: (index: number) => number;
  /** `end`: a conversation, which keeps to its newest row and stays where one reads while rows come before. */
  anchor?: 'start' | 'end';
  /** Whether what comes behind the last row is followed by who is there: not where more rows are only read on. */
  follows?: () => boolean;
  overscan?: number;
  paddingStart?: number;
  paddingEnd?: number;
}

/** How the rows stand. A new one each time, for its parts may stay the same while another changes. */
interface Layout {
  readonly items: readonly VirtualItem[];
  readonly height: number;
  readonly above: number;
  readonly below: number;
  readonly range: { readonly first: number; readonly last: number } | null;
}

/** ms for which a row that one was led to keeps its place. */
const holds = 3000;

/** A row, and where in the viewport it stands. */
type Held = { readonly key: string; readonly align: 'start' | 'center' };

/** How near to the end, in px, counts as being there. */
const nearEnd = 60;

/** Scrolls so that a row stands where it should; true where it does, or one can scroll no further. */
function isPlaced(viewport: HTMLElement, row: Element, align: Held['align']): boolean {
  const [frame, place] = [viewport.getBoundingClientRect(), row.getBoundingClientRect()];
  const off = align === 'start' ? place.top - frame.top : place.top + place.height / 2 - (frame.top + frame.height / 2);
  if (Math.abs(off) < 2) return true;
  const before = viewport.scrollTop;
  viewport.scrollTop += off;
  return Math.abs(viewport.scrollTop - before) < 1;
}

/** The rows of a long list that are in sight, for runes: the part of `@tanstack/virtual-core` that touches Svelte. */
export class VirtualRows {
  readonly #setup: Setup;
  readonly #core: Core;
  readonly #look: () => void;
  #viewport: HTMLElement | null = null;
  #changed: () => void = () => undefined;
  /** The newest row was in sight, and nobody has moved up since: it stays in sight while rows come and take their sizes. */
  #wasAtEnd = true;
  /** The last row, when the rows on show were put there, and where it stood when one looked last, px. */
  #last: string | undefined;
  #top = 0;
  /** The first scroll, to the end, has been made: before that no position means anything. */
  #arrived = false;
  /** As it was when the rows on show were put there. */
  #follows = true;
  /** Where `toIndex` leads, by its key: kept there while rows come or take their sizes around it, or the person moves. */
  #held: Held | null = null;
  #heldUntil = 0;
  /** On the way there. */
  #isLed = false;
  #holding: number | undefined;
  readonly #layout = $derived.by(() => this.#arrange());

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#look = createSubscriber((update) => {
      this.#changed = update;
      return () => (this.#changed = () => undefined);
    });
    this.#core = new Virtualizer<HTMLElement, HTMLElement>(this.#options([]));
  }

  get items(): readonly VirtualItem[] {
    return this.#layout.items;
  }

  /** Of all rows, as CSS has it. */
  get height(): string {
    return `${this.#layout.height}px`;
  }

  /** What brings the first row to its place, as CSS has it. */
  get shift(): string {
    return `translateY(${this.#layout.items[0]?.start ?? 0}px)`;
  }

  get atEnd(): boolean {
    return this.#layout.below <= nearEnd;
  }

  /** px above what is in sight; Infinity until the list has come to where it opens or was led to. */
  get above(): number {
    return this.#layout.range && !this.#isLed ? this.#layout.above : Infinity;
  }

  /** px below what is in sight, in the same way. */
  get below(): number {
    return this.#layout.range && !this.#isLed ? this.#layout.below : Infinity;
  }

  /** The indices that are really in sight, without those kept ready around them; null until it has come there. */
  get range(): { readonly first: number; readonly last: number } | null {
    return this.#layout.range;
  }

  /** It is in the page, and can be led somewhere. */
  get isThere(): boolean {
    this.#look();
    return this.#viewport !== null;
  }

  toEnd(): void {
    this.#wasAtEnd = true;
    this.#letGo();
    this.#core.scrollToEnd();
  }

  /** Leads to a row, and stays with it until it and those around it have taken their sizes, or the person scrolls. */
  toIndex(index: number, align: 'start' | 'center'): void {
    const key = this.#setup.keys()[index];
    if (key === undefined) return;
    this.#wasAtEnd = false;
    // Wherever it was on its way to: this is where it opens.
    this.#arrived = true;
    this.#held = { key, align };
    this.#heldUntil = performance.now() + holds;
    this.#isLed = true;
    this.#holding ??= requestAnimationFrame(() => this.#hold());
  }

  #letGo(): void {
    this.#held = null;
    this.#isLed = false;
  }

  /** A frame's step towards the row, or back to it: rows come and take their sizes around it. */
  #hold(): void {
    this.#holding = undefined;
    const [held, viewport] = [this.#held, this.#viewport];
    if (!held || !viewport) return;
    const index = this.#setup.keys().indexOf(held.key);
    const row = viewport.querySelector(`[data-index="${index}"]`);
    const isThere = row ? isPlaced(viewport, row, held.align) : index < 0;
    if (!row && index >= 0) this.#core.scrollToIndex(index, { align: held.align });
    const isOver = performance.now() > this.#heldUntil;
    if (isOver) this.#held = null;
    if (this.#isLed && (isThere || isOver)) {
      this.#isLed = false;
      this.#changed();
    }
    if (this.#held) this.#holding = requestAnimationFrame(() => this.#hold());
  }

  /**
   * A frame's step to the end, where it opens, until it stands there: the core writes a place before the page has the
   * height for it, and gives up once the browser has cut that short.
   */
  #arrive(): void {
    const viewport = this.#viewport;
    if (!viewport || this.#arrived) return;
    const left = viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop;
    if (left > 1) viewport.scrollTop = viewport.scrollHeight;
    else if (this.#core.isAtEnd(nearEnd)) {
      this.#arrived = true;
      return this.#changed();
    }
    requestAnimationFrame(() => this.#arrive());
  }

  /** To be attached to the element that scrolls. */
  readonly viewport = (element: HTMLElement): (() => void) => {
    this.#viewport = element;
    const unmount = this.#core._didMount();
    this.#core._willUpdate();
    if (this.#setup.anchor === 'end') this.toEnd();
    this.#arrived = this.#setup.anchor !== 'end' || element.scrollHeight <= element.clientHeight;
    this.#changed();
    requestAnimationFrame(() => this.#arrive());
    const scrolled = () => {
      this.#noteMove(element);
      if (this.#arrived || !this.#wasAtEnd) return;
      this.#arrived = true;
      this.#changed();
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    const taken = () => {
      this.#letGo();
      // Who moves is where she moves to, whatever was still on its way.
      this.#arrived = true;
    };
    const gestures = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;
    for (const gesture of gestures) element.addEventListener(gesture, taken, { passive: true });
    let { top } = element.getBoundingClientRect();
    // A keyboard or a growing composer takes room away, below or above: what was read last stays in sight, where it is.
    const resized = new ResizeObserver(() => {
      const before = top;
      ({ top } = element.getBoundingClientRect());
      if (this.#setup.anchor !== 'end') return;
      if (!this.#wasAtEnd || !this.#follows) return void (element.scrollTop += top - before);
      this.#keepAtEnd(element);
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', scrolled);
      for (const gesture of gestures) element.removeEventListener(gesture, taken);
      unmount();
      this.#viewport = null;
      this.#arrived = false;
      this.#letGo();
    };
  };

  /** To be attached to each row, which carries its index as `data-index`. */
  readonly row = (element: HTMLElement): (() => void) => {
    this.#core.measureElement(element);
    return () => this.#core.measureElement(null);
  };

  /** To be run after the rows have been put into the page. */
  settle(): void {
    void this.#layout;
    const viewport = this.#viewport;
    if (viewport) this.#noteMove(viewport);
    this.#core._willUpdate();
    const before = this.#last;
    this.#last = this.#setup.keys().at(-1);
    // The core follows from where it last saw the end: what comes in quick succession would leave it behind.
    if (this.#last !== before && this.#wasAtEnd && this.#arrived && viewport && !this.#held) this.#keepAtEnd(viewport);
  }

  /** An end that has moved on by itself is not left: only who moves up leaves it. */
  #noteMove({ scrollTop, scrollHeight, clientHeight }: HTMLElement): void {
    const [by, left] = [scrollTop - this.#top, scrollHeight - clientHeight - scrollTop];
    this.#top = scrollTop;
    if (by < -1) this.#wasAtEnd &&= left <= 1;
    else if (by > 1) this.#wasAtEnd ||= left <= 1;
  }

  /** Now, before it is painted: the core comes to it a frame later. */
  #keepAtEnd(viewport: HTMLElement): void {
    viewport.scrollTop = viewport.scrollHeight;
    this.#core.scrollToEnd();
  }

  #arrange(): Layout {
    this.#look();
    const core = this.#core;
    core.setOptions(this.#options(this.#setup.keys()));
    if (this.#setup.anchor !== 'end' || !this.#follows) this.#wasAtEnd = false;
    this.#follows = this.#setup.follows?.() ?? true;
    const items = core.getVirtualItems();
    const height = core.getTotalSize();
    const above = core.scrollOffset ?? 0;
    const { range } = core;
    return {
      items,
      height,
      above: this.#arrived ? above : Infinity,
      below: this.#arrived ? height - above - (core.scrollRect?.height ?? 0) : 0,
      range: this.#arrived && range ? { first: range.startIndex, last: range.endIndex } : null
    };
  }

  #options(keys: readonly string[]): Options {
    const { estimate, anchor = 'start', overscan = 8, paddingStart = 0, paddingEnd = 0 } = this.#setup;
    return {
      count: keys.length,
      getItemKey: (index) => keys[index] ?? index,
      estimateSize: estimate,
      getScrollElement: () => this.#viewport,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#changed(),
      overscan,
      paddingStart,
      paddingEnd,
      anchorTo: anchor,
      followOnAppend: anchor === 'end' && this.#follows,
      scrollEndThreshold: nearEnd
    };
  }
}
