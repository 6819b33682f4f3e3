import type { Block, Body, Inline } from '$lib/matrix/values';
import { autolink } from '$lib/timeline/autolink';

/**
 * The first address of the web in what a message says: not one that stands in code, in a quote or in what is not to be seen
 * yet, nor one that leads to somebody or something of Matrix, or into this app (`own`: its origin).
 */
export function firstLink(body: Body, own: string): string | null {
  if (body.type !== 'text') return null;
  const found = body.rich ? inBlocks(body.rich) : inLine([body.text]);
  return found.find((href) => isPage(href, own)) ?? null;
}

function isPage(href: string, own: string): boolean {
  const { protocol, hostname, origin } = new URL(href);
  return /^https?:$/.test(protocol) && hostname !== 'matrix.to' && origin !== own;
}

const inBlocks = (blocks: readonly Block[]): readonly string[] => blocks.flatMap(inBlock);

function inBlock(block: Block): readonly string[] {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return inLine(block.of);
    case 'list':
      return block.items.flatMap(inBlocks);
    case 'table':
      return block.rows.flat().flatMap(({ of }) => inLine(of));
    case 'code':
    case 'quote':
    case 'rule':
      return [];
  }
}

function inLine(of: readonly Inline[]): readonly string[] {
  return of.flatMap((part) => {
    if (typeof part === 'string') return autolink(part).flatMap(({ href }) => href ?? []);
    if (part.type === 'link') return part.href;
    return part.type === 'code' || part.type === 'person' || part.type === 'spoiler' ? [] : inLine(part.of);
  });
}
