import { baseLocale, getLocale, isLocale, overwriteGetLocale, setLocale, type Locale } from '$lib/paraglide/runtime';

/** The language of the interface. One for the page: the messages ask it for theirs each time they are read. */
export class Language {
  #current = $state<Locale>(baseLocale);

  /** `prerendered`: the language that a page is being prerendered in; a browser goes by its person's choice. */
  constructor(prerendered?: string) {
    if (typeof window !== 'undefined') this.#current = getLocale();
    else if (isLocale(prerendered)) this.#current = prerendered;
    overwriteGetLocale(() => this.#current);
  }

  get current(): Locale {
    return this.#current;
  }

  choose(locale: Locale): void {
    void setLocale(locale, { reload: false });
    this.#current = locale;
  }
}
