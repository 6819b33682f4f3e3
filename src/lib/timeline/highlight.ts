import { common, createLowlight } from 'lowlight';

/** What a part of code is, as far as it is shown apart. */
export type Kind = 'word' | 'text' | 'number' | 'name' | 'note' | null;
export type Piece = { readonly at: number; readonly text: string; readonly kind: Kind };

const lowlight = createLowlight(common);
/** Characters of code that are looked through: a machine's output has no need of it. */
const most = 20_000;

const kinds: Readonly<Record<string, Kind>> = {
  'hljs-keyword': 'word',
  'hljs-built_in': 'word',
  'hljs-selector-tag': 'word',
  'hljs-meta': 'word',
  'hljs-string': 'text',
  'hljs-regexp': 'text',
  'hljs-addition': 'text',
  'hljs-number': 'number',
  'hljs-literal': 'number',
  'hljs-attr': 'number',
  'hljs-title': 'name',
  'hljs-name': 'name',
  'hljs-section': 'name',
  'hljs-comment': 'note',
  'hljs-quote': 'note',
  'hljs-deletion': 'note'
};

type Node = {
  readonly type: string;
  readonly value?: string;
  readonly properties?: { readonly className?: unknown };
  readonly children?: readonly Node[];
};

/** Code cut into what is shown apart; null where nobody here knows the language, or it is too much. */
export function piecesOf(language: string, code: string): readonly Piece[] | null {
  if (!lowlight.registered(language) || code.length > most) return null;
  const pieces: Piece[] = [];
  let at = 0;
  const walk = (node: Node, kind: Kind) => {
    if (node.type === 'text') {
      const text = node.value ?? '';
      pieces.push({ at, text, kind });
      at += text.length;
    }
    const classes = Array.isArray(node.properties?.className) ? (node.properties.className as string[]) : [];
    const own = classes.map((name) => kinds[name]).find((one) => one !== undefined);
    for (const child of node.children ?? []) walk(child, own ?? kind);
  };
  walk(lowlight.highlight(language, code) as Node, null);
  return pieces;
}
