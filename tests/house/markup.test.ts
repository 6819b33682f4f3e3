import { parse } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import { lineOf, sources, type Rule, type Source } from './sources.ts';

type Node = { readonly type: string; readonly start?: number; readonly [part: string]: unknown };

/** What a person reads or hears: attributes, and the properties of our own pieces that end up as such. */
const readable = /^(?:aria-(?:label|description|roledescription|valuetext|placeholder)|title|placeholder|alt|label)$/;

/** Words that are the same in every language. */
const names = new Set(['Tertulia']);

const hasWords = (text: string): boolean =>
  /\p{L}/u.test([...names].reduce((rest, name) => rest.replaceAll(name, ''), text));

/** No text of the interface stands in markup: it comes from the messages, in each language. */
const noLiterals: Rule = (files) =>
  files.filter(({ path }) => path.endsWith('.svelte')).flatMap((source) => literalsOf(source));

function literalsOf({ path, text }: Source): readonly string[] {
  const found: string[] = [];
  const report = (node: Node, words: string) => {
    if (hasWords(words)) found.push(`${path}:${lineOf(text, node.start ?? 0)} ${words.trim()}`);
  };
  /** The literals that an expression can become: not those that are only compared, looked up or passed on. */
  const expression = (node: Node | null | undefined): void => {
    if (!node) return;
    if (node.type === 'Literal' && typeof node.value === 'string') report(node, node.value);
    else if (node.type === 'TemplateLiteral') {
      for (const part of node.quasis as Node[]) report(part, (part.value as { cooked: string }).cooked);
      for (const part of node.expressions as Node[]) expression(part);
    } else if (node.type === 'ConditionalExpression')
      [node.consequent, node.alternate].forEach((part) => expression(part as Node));
    else if (node.type === 'LogicalExpression' || (node.type === 'BinaryExpression' && node.operator === '+')) {
      [node.left, node.right].forEach((part) => expression(part as Node));
    } else if (node.type === 'TSAsExpression' || node.type === 'ParenthesizedExpression')
      expression(node.expression as Node);
  };
  const content = (node: Node): void => {
    if (node.type === 'Text') report(node, node.data as string);
    else if (node.type === 'ExpressionTag' || node.type === 'HtmlTag') expression(node.expression as Node);
  };
  const visit = (node: Node): void => {
    // `style:height="{rows}px"` and its like: no words for people.
    if (node.type.endsWith('Directive')) return;
    if (node.type === 'Attribute') {
      if (readable.test(node.name as string) && node.value !== true)
        [node.value].flat().forEach((part) => content(part as Node));
      return;
    }
    content(node);
    for (const [name, part] of Object.entries(node)) {
      if (name === 'expression') continue;
      for (const child of [part].flat()) if (isNode(child)) visit(child);
    }
  };
  visit(parse(text, { modern: true, filename: path }).fragment as unknown as Node);
  return found;
}

const isNode = (part: unknown): part is Node => typeof part === 'object' && part !== null && 'type' in part;

describe('markup', () => {
  const sample = (text: string): readonly Source[] => [{ path: 'src/Sample.svelte', text }];

  it.each([
    '<p>Hello</p>',
    '{#if open}<p>Hola {name}</p>{/if}',
    '{#each rows as row (row.key)}<li>{row.x}</li>{:else}res{/each}',
    '{#snippet empty()}Nothing here{/snippet}',
    '<button aria-label="Close">×</button>',
    '<img src="/a.png" alt={mine ? "me" : name} />',
    '<Field label={`Name of ${room}`} />',
    '<p>{count + " rooms"}</p>',
    '<p>{name || "nobody"}</p>',
    '<svelte:head><title>Sign in</title></svelte:head>'
  ])('the rule sees %s', (text) => {
    expect(noLiterals(sample(text)).length).toBe(1);
  });

  it.each([
    '<p>{m.hello({ name: "x" })} · 12:30 – {"…"}</p>',
    '<svelte:head><title>Tertulia</title></svelte:head>',
    '<input type="text" autocomplete="username" class="grow" placeholder={m.name()} required />',
    '<p class={state === "open" ? "shown" : "hidden"} title={state === "open" ? m.open() : m.closed()}></p>',
    '<p style:height="{size}px" class:open={state === "open"} {@attach focus("now")}>{x}</p>',
    '<script lang="ts">const word = "hello";</script><style>p { color: inherit }</style><!-- Hello -->'
  ])('the rule allows %s', (text) => {
    expect(noLiterals(sample(text))).toEqual([]);
  });

  it('holds no text of its own', () => {
    expect(noLiterals(sources())).toEqual([]);
  });
});
