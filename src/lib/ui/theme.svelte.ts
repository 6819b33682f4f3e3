/**
 * What one chooses of how the app looks; the first of each is as it comes. `text`: how large it is, and with it all that
 * is measured by text. `density`: how near to each other the rows of lists and conversations stand.
 */
export const looks = {
  theme: ['system', 'light', 'dark'],
  text: ['usual', 'large', 'larger'],
  density: ['roomy', 'compact']
} as const;
export type Looks = { readonly [Name in keyof typeof looks]: (typeof looks)[Name][number] };

const names = Object.keys(looks) as (keyof Looks)[];
const asItComes: Looks = { theme: 'system', text: 'usual', density: 'roomy' };
/** Where a choice is kept; `src/early.js` reads them before the first paint. */
const keyOf = (name: keyof Looks): string => `tertulia.${name}`;

/** Paper, charcoal, or as the system says; how large the writing on it is, and how close. */
export class Appearance {
  #looks = $state.raw(asItComes);

  constructor() {
    if (typeof window === 'undefined') return;
    for (const name of names) {
      const kept = looks[name].find((value) => value === localStorage.getItem(keyOf(name)));
      if (kept) this.#looks = { ...this.#looks, [name]: kept };
    }
  }

  get theme(): Looks['theme'] {
    return this.#looks.theme;
  }

  get text(): Looks['text'] {
    return this.#looks.text;
  }

  get density(): Looks['density'] {
    return this.#looks.density;
  }

  choose(chosen: Partial<Looks>): void {
    this.#looks = { ...this.#looks, ...chosen };
    for (const name of names) {
      const value = this.#looks[name];
      if (value === asItComes[name]) {
        localStorage.removeItem(keyOf(name));
        delete document.documentElement.dataset[name];
      } else {
        localStorage.setItem(keyOf(name), value);
        document.documentElement.dataset[name] = value;
      }
    }
    this.paintFrame();
  }

  /** Gives the browser's own frame (a phone's status bar) the colour of the paper. */
  paintFrame(): void {
    const colour = getComputedStyle(document.documentElement).backgroundColor;
    let meta = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]');
    if (!meta) {
      meta = document.createElement('meta');
      meta.name = 'theme-color';
      document.head.append(meta);
    }
    meta.content = colour;
  }
}
