import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A page that was made at build time. */
export type Page = { readonly path: string; readonly language: string; readonly scripts: readonly string[] };

/** The pages of a folder of prerendered files: `ca/sign-in.html` is the page `/ca/sign-in`. */
export function prerenderedPages(folder: string): readonly Page[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => pageOf(file, readFileSync(join(folder, file), 'utf8')))
    .sort((a, b) => a.path.localeCompare(b.path));
}

function pageOf(file: string, html: string): Page {
  const path = `/${file.replace(/(?:^|\/)index\.html$|\.html$/, '')}`;
  const language = /<html[^>]*\slang="([a-z]{2,3})"/i.exec(html)?.[1]?.toLowerCase() ?? 'en';
  return { path, language, scripts: inlineScripts(html) };
}

/** Addresses that one prerendered page stands for: its script shows what they name. */
const standIns = [{ addresses: /^\/chats\/[^/]+$/, page: '/chats/any' }];

/** The prerendered page for a path: itself, but where one stands for many. */
export const pageFor = (path: string): string => standIns.find(({ addresses }) => addresses.test(path))?.page ?? path;

/** The code between script tags that a browser runs: no `src`, and no type that marks data. */
export function inlineScripts(html: string): readonly string[] {
  return [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)]
    .filter(
      ([, attributes = '']) => !/\ssrc=/i.test(attributes) && !/\stype="(?!module|text\/javascript)/i.test(attributes)
    )
    .map(([, , code = '']) => code);
}

/**
 * For each page that has twins in other languages (`/sign-in` and `/ca/sign-in`), the path of each language, the
 * page's own included.
 */
export function twinsOf(pages: readonly Page[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const twins = new Map<string, Map<string, string>>();
  for (const { path, language } of pages) {
    const original = path.startsWith(`/${language}/`)
      ? path.slice(language.length + 1)
      : path === `/${language}`
        ? '/'
        : null;
    const page = original && byPath.get(original);
    if (!page) continue;
    const known = twins.get(page.path) ?? new Map<string, string>();
    twins.set(page.path, known.set(language, path).set(page.language, page.path));
  }
  return twins;
}
