const joiningWords = /^(de|del|dels|des|la|les|el|els|los|las|i|y|the|of|and)$/i;

/** A hue, in degrees, that is the same for everybody: `id` is the address of a person or the id of a room. */
export const hueOf = (id: string): number =>
  [...id].reduce((hue, char) => (hue * 31 + (char.codePointAt(0) ?? 0)) % 360, 7);

/** One or two letters for a name: «Plaça de Gràcia» → «PG». A number, or a name without letters, gives «#». */
export function initialsOf(name: string): string {
  const words = name
    .replace(/\(.*?\)/g, ' ')
    .split(/[\s._\-/]+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((word) => word !== '');
  const telling = words.filter((word) => !joiningWords.test(word));
  const chosen = telling.length > 0 ? telling : words;
  const [first, second] = [chosen[0], chosen[1]].map((word) => word && [...word][0]);
  if (!first || !/\p{L}/u.test(first)) return '#';
  return (first + (second && /\p{L}/u.test(second) ? second : '')).toLocaleUpperCase();
}
