export type Strength = 'too-short' | 'weak' | 'fair' | 'good';

/** What the zone asks for at least, in characters. */
export const shortest = 8;

const worn = /passw|contras|qwert|asdf|1234|abcd|admin|tertulia|iloveyou|barcelona|letmein/i;

/**
 * A rough word for how long a password withstands guessing. Length counts most; what is repeated, runs in a row
 * («4567», «efgh»), worn words and one's own name count little.
 */
export function strengthOf(password: string, name = ''): Strength {
  if (password.length < shortest) return 'too-short';
  const own = name.length >= 3 && password.toLowerCase().includes(name.toLowerCase());
  const telling = tellingLength(password) - (worn.test(password) ? 5 : 0) - (own ? name.length : 0);
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
  const score = telling + (kinds - 1) * 1.5;
  if (score < 10) return 'weak';
  return score < 14 ? 'fair' : 'good';
}

/** Characters that do not follow from the one before: «aaa111» and «4567» add little. */
function tellingLength(password: string): number {
  const codes = [...password].map((char) => char.codePointAt(0) ?? 0);
  return codes.reduce((length, code, index) => {
    const step = index === 0 ? Infinity : Math.abs(code - (codes[index - 1] ?? 0));
    return length + (step <= 1 ? 0.25 : 1);
  }, 0);
}
