import words from '../../messages/en.json' with { type: 'json' };

type Key = Exclude<keyof typeof words, '$schema'>;

/** What the interface says in English: journeys find things by what people read, wherever it is worded. */
export function say(key: Key): string {
  const text = words[key];
  // Of a text with plural forms, the singular.
  return typeof text === 'string' ? text : (Object.values(text[0]?.match ?? {})[0] ?? '');
}

/** The same with names and numbers in it. The interface wraps what people wrote in bidi isolates, U+2068 and U+2069. */
export function saying(key: Key, values: Readonly<Record<string, string>>): RegExp {
  const parts = say(key).split(/\{(\w+)\}/);
  const source = parts.map((part, i) => (i % 2 ? `\\u2068?${quoted(values[part] ?? '')}\\u2069?` : quoted(part)));
  return new RegExp(`^${source.join('')}$`);
}

/** A text and nothing else, whatever space the markup leaves around it. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${quoted(text)}\\s*$`);

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
