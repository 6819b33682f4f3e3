import { locales } from '$lib/paraglide/runtime';

/** `/ca/sign-in`: the prerendered twin that the web server gives to those whose browser asks for Catalan. */
export const match = (param: string): param is (typeof locales)[number] => locales.some((locale) => locale === param);
