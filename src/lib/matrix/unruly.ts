/** More than any script piles on one letter: beyond, marks are drawn far over the lines beside theirs. */
const piled = /(\p{M}{6})\p{M}+/gu;
/** What embeds, overrides and isolates (UAX #9, 2): begun in a name and not ended, it turns what stands beside the name. */
const turns = /[\u202a-\u202e\u2066-\u2069]/g;

/** A text of others as it is, but for marks that are piled on others. */
export const withoutPiles = (text: string): string => text.replace(piled, '$1');

/** The same of what stands among other words: a name cannot turn the sentence that it is in. */
export const withoutTurns = (text: string): string => withoutPiles(text.replace(turns, ''));
