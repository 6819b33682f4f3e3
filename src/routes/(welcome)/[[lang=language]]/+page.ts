import { locales } from '$lib/paraglide/runtime';

/** The page in English, and its twin in each language. */
export const entries = () => [{}, ...locales.map((lang) => ({ lang }))];
