/** What asks for a sign to be drawn in colours (VS16), which some clients write and others leave out (Unicode UTS 51, 1.4.3). */
const coloured = '\ufe0f';

/** Signs that differ in how they are to be drawn alone are one. */
export const bare = (sign: string): string => sign.replaceAll(coloured, '');
export const sameSign = (a: string, b: string): boolean => bare(a) === bare(b);

/** Of two ways to write one sign, the one that is drawn in colours everywhere. */
export const clearer = (a: string, b: string): string => (b.includes(coloured) && !a.includes(coloured) ? b : a);
