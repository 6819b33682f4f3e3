export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** How large text is, and with it all that is measured by text. `usual`: as the browser has it. */
export const textSizes = ['usual', 'large', 'larger'] as const;
export type TextSize = (typeof textSizes)[number];

/** Where the choices are kept; `src/early.js` reads them before the first paint. */
const [key, textKey] = ['tertulia.theme', 'tertulia.text'];

/** Paper, charcoal, or as the system says; and how large the writing on it is. */
export class Appearance {
  #theme = $state<Theme>('system');
  #text = $state<TextSize>('usual');

  constructor() {
    if (typeof window === 'undefined') return;
    this.#theme = themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';
    this.#text = textSizes.find((size) => size === localStorage.getItem(textKey)) ?? 'usual';
  }

  get theme(): Theme {
    return this.#theme;
  }

  get text(): TextSize {
    return this.#text;
  }

  write(size: TextSize): void {
    this.#text = size;
    if (size === 'usual') {
      localStorage.removeItem(textKey);
      delete document.documentElement.dataset.text;
    } else {
      localStorage.setItem(textKey, size);
      document.documentElement.dataset.text = size;
    }
  }

  choose(theme: Theme): void {
    this.#theme = theme;
    if (theme === 'system') {
      localStorage.removeItem(key);
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem(key, theme);
      document.documentElement.dataset.theme = theme;
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
