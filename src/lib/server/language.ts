/**
 * The language that a browser asks for most, of those there are; null where it asks for none of them (RFC 9110,
 * 12.5.4; a range `ca-ES` is met by `ca`).
 */
export function preferredLanguage(accepted: string | undefined, there: readonly string[]): string | null {
  const wanted = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { language: range.split('-')[0] ?? '', weight: quality ? Number(quality.slice(2)) : 1 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wanted.find(({ language }) => there.includes(language))?.language ?? null;
}
