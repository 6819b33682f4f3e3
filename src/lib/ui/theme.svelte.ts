export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** Where the choice is kept; `src/early.js` reads it before the first paint. */
const key = 'tertulia.theme';

/** Paper, charcoal, or as the system says. */
export class Appearance {
  #theme = $state<Theme>('system');

  constructor() {
    if (typeof window !== 'undefined')
      this.#theme = themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';
  }

  get theme(): Theme {
    return this.#theme;
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
