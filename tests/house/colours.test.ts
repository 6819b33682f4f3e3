import { describe, expect, it } from 'vitest';
import { lineOf, sources, type Rule, type Source } from './sources.ts';

/** The one file that holds colours. */
const tokens = 'src/lib/ui/tokens.css';

const hex = '#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})';
const named =
  'white|black|gr[ae]y|silver|red|green|blue|yellow|orange|purple|pink|brown|navy|teal|olive|maroon|gold|cyan|magenta';
const property = '(?:[\\w-]*colou?r|background|fill|stroke|border(?:-\\w+)?|outline|box-shadow)';
const palette =
  'slate|gr[ae]y|zinc|neutral|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose';
const utility =
  'bg|text|border(?:-[trblxyse])?|ring(?:-offset)?|outline|fill|stroke|shadow|from|via|to|accent|caret|decoration|divide|placeholder';

const everywhere = [
  /\b(?:rgba?|hsla?|hwb|oklch|oklab|lab|lch)\(\s*(?:from\b|[\d.$])/gi,
  new RegExp(`(?<![\\w-])(?:${utility})-(?:(?:${palette})-(?:50|[1-9]00|950)|white|black)\\b`, 'g')
];
const inStyle = [
  new RegExp(`${hex}\\b`, 'gi'),
  new RegExp(`(?<![\\w-])${property}\\s*:[^;{}]*?(?<![\\w-])(?:${named})(?![\\w-])`, 'gi')
];
/** Quoted whole (`fill="#fff"`), within brackets of a utility (`bg-[#fff]`), or in a style attribute. */
const inMarkup = [
  new RegExp(`(?<!\\b(?:href|to|id|for)=)["'\`\\[]${hex}["'\`\\]]`, 'gi'),
  new RegExp(`\\bstyle(?:=|:)[^>]*?(?:${hex}\\b|:\\s*(?:${named})\\b)`, 'gi'),
  new RegExp(`\\b(?:fill|stroke|stop-color|color)=["'](?:${named})["']`, 'gi')
];

/** Colours come from the tokens, so that both themes and every contrast hold. */
const noColours: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/') && /\.(?:svelte|css|ts)$/.test(path))
    .filter(({ path }) => path !== tokens && !/\.test\.ts$/.test(path))
    .flatMap((source) => coloursOf(source));

function coloursOf({ path, text }: Source): readonly string[] {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  const style = /<style[^>]*>[\s\S]*?<\/style>/g;
  const parts: readonly (readonly [string, readonly RegExp[]])[] = path.endsWith('.css')
    ? [[text.replace(/\/\*[\s\S]*?\*\//g, blank), [...everywhere, ...inStyle]]]
    : [
        [text.replace(style, blank), [...everywhere, ...inMarkup]],
        [[...text.matchAll(style)].map(([whole]) => whole).join('\n'), [...everywhere, ...inStyle]]
      ];
  return parts.flatMap(([part, patterns]) =>
    patterns.flatMap((pattern) =>
      [...part.matchAll(pattern)].map((match) => `${path}:${lineOf(part, match.index)} ${match[0].trim()}`)
    )
  );
}

describe('colours', () => {
  const sample = (path: string, text: string): readonly Source[] => [{ path: `src/lib/${path}`, text }];

  it.each([
    ['a.css', '.a { color: #ab12cd }'],
    ['a.css', '.a { border: 1px solid white }'],
    ['a.svelte', '<p class="p-2 text-red-500">{x}</p>'],
    ['a.svelte', '<p class="hover:bg-white">{x}</p>'],
    ['a.svelte', '<p class="bg-[#fff]">{x}</p>'],
    ['a.svelte', '<p style="color:#123456">{x}</p>'],
    ['a.svelte', '<path fill="red" />'],
    ['a.svelte', '<p>{x}</p><style>p { background: oklch(0.5 0.1 20) }</style>'],
    ['a.ts', 'export const ink = "#222";'],
    ['a.ts', 'export const hue = (x: number) => `oklch(${x} 0.1 20)`;']
  ])('the rule sees, in %s, %s', (path, text) => {
    expect(noColours(sample(path, text)).length).toBe(1);
  });

  it.each([
    ['ui/tokens.css', '@theme { --color-ink: oklch(0.2 0.01 60) }'],
    ['a.css', '.a { color: var(--color-red); background: color-mix(in oklab, var(--color-ink) 8%, transparent) }'],
    [
      'a.svelte',
      '<a href="#add" class="text-ink border-line whitespace-pre">{#each rows as row (row.key)}{row.x}{/each}</a>'
    ],
    ['a.ts', 'class A { #add = 1; #fade() { return this.#add; } }']
  ])('the rule allows, in %s, %s', (path, text) => {
    expect(noColours(sample(path, text))).toEqual([]);
  });

  it('stand in the tokens alone', () => {
    expect(noColours(sources())).toEqual([]);
  });
});
