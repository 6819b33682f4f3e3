import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root, sources, type Source } from './sources.ts';

/** A plain text, or the variants of one (inlang message format). */
type Message = string | readonly { declarations?: readonly string[]; match: Record<string, string> }[];
type Catalogue = Readonly<Record<string, Message>>;
type Catalogues = Readonly<Record<string, Catalogue>>;

const textsOf = (message: Message): readonly string[] =>
  typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));

/** What a message is given: placeholders, and inputs that only choose a variant. */
function inputsOf(message: Message): string {
  const placeholders = textsOf(message).flatMap((text) => [...text.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name));
  const declared =
    typeof message === 'string'
      ? []
      : message.flatMap(({ declarations = [] }) => declarations.filter((d) => d.startsWith('input ')));
  return [...new Set([...placeholders, ...declared.map((declaration) => declaration.slice(6).trim())])]
    .sort()
    .join(', ');
}

/** The same messages in each language, with the same inputs, none empty. */
function differences(catalogues: Catalogues): readonly string[] {
  const keys = new Set(Object.values(catalogues).flatMap((catalogue) => Object.keys(catalogue)));
  return [...keys].flatMap((key) => {
    const found = Object.entries(catalogues).map(([language, catalogue]) => ({ language, message: catalogue[key] }));
    const lacking = found
      .filter(({ message }) => message === undefined)
      .map(({ language }) => `${key} lacks ${language}`);
    if (lacking.length > 0) return lacking;
    const present = found.map(({ language, message }) => ({ language, message: message ?? '' }));
    const empty = present
      .filter(({ message }) => textsOf(message).length === 0 || textsOf(message).some((text) => text.trim() === ''))
      .map(({ language }) => `${key} is empty in ${language}`);
    const inputs = new Set(present.map(({ message }) => inputsOf(message)));
    const unlike =
      inputs.size > 1 ? [`${key} takes different inputs: ${[...inputs].map((set) => `{${set}}`).join(' ')}`] : [];
    return [...empty, ...unlike];
  });
}

/** Messages that no source names as `m.key`. */
function unused(catalogue: Catalogue, files: readonly Source[]): readonly string[] {
  const code = files
    .filter(({ path }) => path.startsWith('src/') && /\.(?:svelte|[jt]s)$/.test(path))
    .map(({ text }) => text)
    .join('\n');
  const named = new Set([...code.matchAll(/\bm\s*\.\s*([a-z]\w*)/gi)].map(([, key]) => key));
  return Object.keys(catalogue).filter((key) => !named.has(key));
}

function load(language: string): Catalogue {
  const { $schema: _, ...messages } = JSON.parse(readFileSync(`${root}/messages/${language}.json`, 'utf8'));
  return messages;
}

describe('messages', () => {
  const languages: readonly string[] = JSON.parse(readFileSync(`${root}/project.inlang/settings.json`, 'utf8')).locales;
  const catalogues = Object.fromEntries(languages.map((language) => [language, load(language)]));

  it('are there in Catalan, Spanish and English', () => {
    expect([...languages].sort()).toEqual(['ca', 'en', 'es']);
  });

  it('say the same in each language', () => {
    const bad: Catalogues = {
      en: {
        hello: 'Hello {name}',
        bye: 'Bye',
        many: [{ declarations: ['input count'], match: { 'count=1': '{count}' } }]
      },
      ca: { hello: 'Hola {nom}', bye: ' ', many: [{ declarations: ['input count'], match: { 'count=1': 'un' } }] }
    };
    expect(differences(bad)).toEqual(['hello takes different inputs: {name} {nom}', 'bye is empty in ca']);
    expect(differences({ en: { a: 'a' }, ca: {} })).toEqual(['a lacks ca']);
    expect(differences(catalogues)).toEqual([]);
  });

  it('are all used', () => {
    const code = [{ path: 'src/lib/a.svelte', text: '{m.hello({ name })}' }];
    expect(unused({ hello: 'x', hell: 'x', form: 'x' }, code)).toEqual(['hell', 'form']);
    expect(unused(catalogues.en ?? {}, sources())).toEqual([]);
  });
});
