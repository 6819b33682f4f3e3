import { folded } from '$lib/matrix/folded';
import type { Locale } from '$lib/paraglide/runtime';
import { signsIn } from './language';

/** A sign, and how it is called in the language that was asked for. */
export type NamedSign = { readonly sign: string; readonly name: string };

type Listed = {
  readonly emoji: string;
  readonly annotation: string;
  readonly tags: readonly string[];
  readonly shortcodes: readonly string[];
};
type Sought = NamedSign & { readonly order: number; readonly names: readonly (readonly string[])[] };

/** How many are offered. */
const most = 8;

/** Signs by their names, once they are loaded. */
export type FindSigns = (term: string) => readonly NamedSign[];

/**
 * Finds signs whose name begins so: as they are called elsewhere (`thumbs_up`, `+1`), in the person's language, a word of
 * that, or what they are about, in this order; before them what is called so and no longer. Rejects where the names
 * cannot be had.
 */
export async function signFinder(language: Locale): Promise<FindSigns> {
  const all = (await (await fetch(signsIn[language])).json()) as readonly Listed[];
  const sought = all.map(({ emoji, annotation, tags, shortcodes }, order): Sought => {
    const spoken = folded(annotation);
    const names = [shortcodes, [spoken], spoken.split(/[\s-]+/), tags.map(folded)];
    return { sign: emoji, name: annotation, order, names };
  });
  return (term) => {
    const wanted = folded(term);
    return sought
      .flatMap((one) => {
        const isWhole = one.names.slice(0, 2).some((names) => names.includes(wanted));
        const rank = isWhole ? 0 : one.names.findIndex((names) => names.some((name) => name.startsWith(wanted))) + 1;
        return isWhole || rank > 0 ? [{ one, rank }] : [];
      })
      .sort((a, b) => a.rank - b.rank || a.one.name.length - b.one.name.length || a.one.order - b.one.order)
      .slice(0, most)
      .map(({ one: { sign, name } }) => ({ sign, name }));
  };
}
