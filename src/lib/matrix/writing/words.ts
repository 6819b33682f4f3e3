import type { Block, Body, Inline } from '../values.ts';

/** What inlines say, without their format. What is hidden stays hidden. */
export const lineOf = (of: readonly Inline[]): string =>
  of
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.type === 'code') return part.text;
      if (part.type === 'person') return `@${part.person.name}`;
      return part.type === 'spoiler' ? '█████' : lineOf(part.of);
    })
    .join('');

/** What blocks say, without their format: a line each. */
export const wordsOf = (blocks: readonly Block[]): string =>
  blocks
    .map((block) => {
      switch (block.type) {
        case 'paragraph':
        case 'heading':
          return lineOf(block.of);
        case 'code':
          return block.text;
        case 'quote':
          return wordsOf(block.of);
        case 'list':
          return block.items
            .map((item, at) => `${block.start === null ? '•' : `${block.start + at}.`} ${wordsOf(item)}`)
            .join('\n');
        case 'table':
          return block.rows.map((row) => row.map(({ of }) => lineOf(of)).join(' | ')).join('\n');
        case 'rule':
          return '';
      }
    })
    .filter((line) => line !== '')
    .join('\n');

/** What of a body can be searched: what is written, and the name of a file. Empty where that is nothing. */
export function textOf(body: Body | null): string {
  if (body?.type === 'text') return body.rich ? wordsOf(body.rich) : body.text;
  if (body?.type !== 'file') return '';
  const { caption } = body;
  const said = caption && (caption.rich ? wordsOf(caption.rich) : caption.text);
  return [body.voice ? '' : body.name, said].filter(Boolean).join('\n');
}
