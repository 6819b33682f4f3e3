import type { Locale } from '$lib/paraglide/runtime';
import { signsIn } from './language';

/** The same sign for everybody: some write it with what asks for its colours (Unicode, variation selector 16). */
const plain = (sign: string): string => sign.replaceAll('\uFE0F', '');

/** How signs are called in a language; those alone that are known. Empty where the names cannot be had. */
export async function namesOf(signs: readonly string[], language: Locale): Promise<ReadonlyMap<string, string>> {
  if (signs.length === 0) return new Map();
  try {
    const all = (await (await fetch(signsIn[language])).json()) as readonly { emoji: string; annotation: string }[];
    const known = new Map(all.map(({ emoji, annotation }) => [plain(emoji), annotation]));
    return new Map(signs.flatMap((sign) => (known.has(plain(sign)) ? [[sign, known.get(plain(sign)) ?? '']] : [])));
  } catch {
    // Without a network: who asks has other names for them.
    return new Map();
  }
}
