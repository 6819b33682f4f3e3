import { locales } from '$lib/paraglide/runtime';

/** The picker keeps the signs, and which ones are used often, in a database a language. */
const databaseOf = (language: string): string => `emoji-picker-element-${language}`;

/** Which signs one has used is nobody else's to see: it goes with the account. */
export function forgetSigns(): void {
  for (const language of locales) indexedDB.deleteDatabase(databaseOf(language));
}
